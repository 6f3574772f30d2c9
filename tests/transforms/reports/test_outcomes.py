"""Endpoints as printed, where there is little to print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from schemas.language import Language
from schemas.protocol import Protocol
from schemas.reasons import reason
from schemas.tables.results import CURVE
from tests.transforms.analyses.test_compared_ratios import ASKED, BY_STATUS, ENROLLED
from tests.transforms.analyses.test_fragility_and_models import STUDY, SUBJECTS
from tests.transforms.analyses.test_results import compute
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses.rows import ResultRow, analysis_frame, reason_frame
from transforms.definitions import derive_definitions
from transforms.reports.methods import methods_paragraph
from transforms.reports.outcomes import outcome_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.statistics import NotEstimable
from transforms.words import Names, worded, words_in

EN = words_in("en")


def test_an_endpoint_nobody_can_be_counted_in_yet_is_printed_with_the_reason() -> None:
    def nobody(factor: str = "", level: str = "") -> ResultRow:
        row = ResultRow("os", "survival", "survival", endpoint="os", factor=factor, level=level)
        return row.filled(NotEstimable(reason("no_subjects")))

    levels = (nobody("age", level) for level in ("< 40", ">= 40"))
    rows = [nobody(), *levels, replace(nobody("age"), statistic="logrank")]
    names = Names(endpoints={"os": "Overall survival"}, factors={"age": "Age"})
    analysis, curve = (
        worded(analysis_frame("s", rows), reason_frame("s", rows), names, EN),
        pl.DataFrame(schema=CURVE.polars_schema),
    )
    roles = pl.DataFrame(schema={"paramcd": pl.String, "role": pl.String, "happening": pl.String})
    (printed,) = outcome_parts(analysis, curve, roles, 5, {"os": "first infusion"}, Queries("s"), EN)
    (compared,) = printed.parts
    assert compared.title == "Overall survival by age"
    assert list(compared.table.header) == ["", "< 40", "≥ 40"]
    assert [line[0] for line in compared.table.rows] == ["Subjects", "Events"]
    assert "Not compared: no subjects." in compared.table.notes


def compared(
    tables: str, endpoint: str, asked: Mapping[str, Any] = ASKED, *, bands: bool = False, language: Language = "en"
) -> Part:
    """The comparison of an endpoint by group, as printed."""
    found, words = compute(tables, **asked), words_in(language)
    protocol = Protocol.model_validate({**PROTOCOL, **asked})
    analysis = worded(found.analysis, found.reason, Names.of(protocol), words)
    definitions = derive_definitions(protocol, data_cut=None, latest_extract=None, build_key="")
    roles = definitions["meta.endpoint_role"]
    parts = outcome_parts(analysis, found.curve, roles, 5, {}, Queries("s"), words, bands=bands)
    return next(part for whole in parts if whole.anchor == endpoint for part in whole.parts)


def line_of(part: Part, label: str) -> list[str]:
    return next((list(row[1:]) for row in part.table.rows if row[0] == label), [])


def test_the_ratio_of_a_comparison_is_a_line_of_its_table_beside_the_reference() -> None:
    reference, ratio = line_of(compared(STUDY, "lfs"), "Hazard ratio (95% CI)")
    assert reference == "reference"
    assert ratio.endswith(")")


def test_with_competing_events_the_ratio_is_called_that_of_the_subdistribution() -> None:
    assert line_of(compared(STUDY, "cir"), "Subdistribution hazard ratio (95% CI)")[0] == "reference"


def test_where_none_is_asked_for_a_comparison_has_no_line_of_ratios() -> None:
    part = compared(STUDY, "lfs", {**ASKED, "figures": {}})
    assert line_of(part, "Hazard ratio (95% CI)") == []
    assert ">HR " not in part.figure


def test_the_figure_of_two_levels_has_the_ratio_of_the_table_and_says_which_way_round() -> None:
    part = compared(STUDY, "lfs")
    _, ratio = line_of(part, "Hazard ratio (95% CI)")
    assert f">HR {ratio}</text>" in part.figure
    assert ">yes vs no</text>" in part.figure


def test_the_figure_has_the_ratio_in_chinese_too() -> None:
    part = compared(STUDY, "cir", language="zh")
    assert ">SHR " in part.figure
    assert line_of(part, "次分布风险比 (SHR)（95% CI）")[0] == "参照"


def test_the_figure_of_three_levels_has_no_ratio_and_its_table_has() -> None:
    statuses = ("hematologic_relapse", "refractory", "refractory", "MRD_positive")
    enrolled = ENROLLED + "".join(f"{s} -5 {statuses[i % 4]}\n" for i, s in enumerate(SUBJECTS))
    part = compared(STUDY + enrolled, "lfs", BY_STATUS)
    reference, *ratios = line_of(part, "Hazard ratio (95% CI)")
    assert (reference, len(ratios)) == ("reference", 2)
    assert ">HR " not in part.figure


def test_how_the_ratio_was_estimated_and_what_to_beware_of_stand_beneath_its_table() -> None:
    notes = "\n".join(compared(STUDY, "lfs").table.notes)
    assert "Hazard ratio: Cox" in notes
    assert "Caution (hazard ratio): 6 events for 1 coefficient" in notes


def test_a_ratio_that_is_not_given_says_why_beneath_its_table() -> None:
    part = compared(STUDY, "lfs", {**ASKED, "printing": {"fewest_events": 7}})
    assert line_of(part, "Hazard ratio (95% CI)") == ["reference", "not estimable (see below)"]
    assert any("6 events, fewer than the 7 the protocol asks for" in note for note in part.table.notes)
    assert ">HR " not in part.figure


def test_curves_of_groups_have_bands_where_the_page_asks_for_them() -> None:
    bands = [compared(STUDY, "lfs", bands=asked).figure.count("fill-opacity: 0.13") for asked in (False, True)]
    assert bands == [0, 2]


def test_the_methods_name_the_model_of_the_ratios_apart_from_that_of_the_curves() -> None:
    found = compute(STUDY, **ASKED)
    names = Names.of(Protocol.model_validate({**PROTOCOL, **ASKED}))
    told = methods_paragraph(worded(found.analysis, found.reason, names, EN), EN)
    between = next(sentence for sentence in told.split(". ") if sentence.startswith("Hazard ratios between groups"))
    assert "Cox" in between and "Fine-Gray" in between
    assert "Cox" not in next(sentence for sentence in told.split(". ") if sentence.startswith("Time to event"))
