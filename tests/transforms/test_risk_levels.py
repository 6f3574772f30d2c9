"""Levels of risk factors against what is recorded: a typo in either stops the study; a young study is no typo."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.risk_levels import refuse_unfed_sources, refuse_unfit_levels

LEVELS = {"no": ["no"], "yes": ["yes"]}


def protocol(**factor: Any) -> Protocol:
    return Protocol.model_validate({**PROTOCOL, "risk_factors": {"drug": {"label": "Drug", **factor}}})


def site(**columns: Any) -> SiteMapping:
    feeds = [
        {"domain": "subject", "columns": {"subject_id": "a", "enrollment_date": "b"}},
        {"domain": "baseline", "columns": {"subject_id": "a", "value": "c", **columns}},
    ]
    file = {"match": "*", "format": "csv", "sheets": [{"feeds": feeds}]}
    return SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [file]})


NAMED = site(characteristic={"constant": "drug"})
AS_WRITTEN = site(characteristic="which")


def recorded(*values: str, levels: dict[str, list[str]] | None = None, name: str = "drug") -> dict[str, pl.DataFrame]:
    of = {value: level for level, found in (levels or {}).items() for value in found}
    rows = [
        {"risk_factor": "drug", "site_id": "s", "value": value, "level": of.get(value), "value_number": None}
        for value in values
    ]
    schema = {"value": pl.String, "level": pl.String, "value_number": pl.Float64, "risk_factor": pl.String}
    risks = pl.DataFrame(rows, schema={**schema, "site_id": pl.String})
    return {"adam.adrisk": risks, "core.baseline": pl.DataFrame({"characteristic": [name for _ in values]})}


def fault(factor: dict[str, Any], tables: dict[str, pl.DataFrame], mapping: SiteMapping = NAMED) -> str:
    with pytest.raises(UsageError) as failure:
        refuse_unfit_levels(protocol(**factor), [mapping], tables)
    return str(failure.value)


def test_levels_and_values_that_fit_pass() -> None:
    factor = {"source": "baseline.drug", "levels": LEVELS}
    refuse_unfit_levels(protocol(**factor), [NAMED], recorded("no", "yes", "no", levels=LEVELS))


def test_a_typo_in_levels_is_told_with_counts_and_without_a_value() -> None:
    levels = {"no": ["no"], "yes": ["yse"]}
    told = fault({"source": "baseline.drug", "levels": levels}, recorded("no", "secret", "no", levels=levels))
    assert "1 of 3 subjects" in told
    assert "in a level (no, yes)" in told
    assert "secret" not in told


def test_a_level_that_nobody_has_is_told_unless_it_is_awaited() -> None:
    levels = {**LEVELS, "third": ["third"]}
    tables = recorded("no", "yes", levels=levels)
    assert "no subject of 2 has one of third" in fault({"source": "baseline.drug", "levels": levels}, tables)
    awaited = protocol(source="baseline.drug", levels=levels, awaited=["third"])
    refuse_unfit_levels(awaited, [NAMED], tables)


def test_a_value_is_in_no_level_on_purpose_where_the_protocol_says_so() -> None:
    factor = protocol(source="baseline.drug", levels=LEVELS, ungrouped=["unknown"])
    refuse_unfit_levels(factor, [NAMED], recorded("no", "yes", "unknown", levels=LEVELS))


def test_a_code_that_nobody_has_yet_is_no_typo() -> None:
    levels = {"male": ["male"], "female": ["female"]}
    refuse_unfit_levels(protocol(source="subject.sex", levels=levels), [NAMED], recorded("male", levels=levels))


def test_a_code_that_no_level_covers_is_told() -> None:
    factor = {"source": "subject.disease_status", "levels": {"refractory": ["refractory"]}}
    assert "1 of 1 subjects" in fault(factor, recorded("MRD positive"))


def test_words_where_numbers_are_compared_are_told() -> None:
    factor = {"source": "baseline.drug", "cut": 3}
    assert "none of 2 recorded values is one" in fault(factor, recorded("many", "few"))
    tables = recorded("many", "4")
    numbers = tables["adam.adrisk"].with_columns(value_number=pl.col("value").cast(pl.Float64, strict=False))
    refuse_unfit_levels(protocol(**factor), [NAMED], {**tables, "adam.adrisk": numbers})


def test_nothing_is_asked_before_there_are_subjects() -> None:
    refuse_unfit_levels(protocol(source="baseline.drug", levels=LEVELS), [NAMED], recorded())


def test_a_characteristic_that_no_mapping_records_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"baseline\.drgu; the nearest that is recorded is baseline\.drug"):
        refuse_unfed_sources(protocol(source="baseline.drgu", levels=LEVELS), [NAMED])
    refuse_unfed_sources(protocol(source="baseline.drug", levels=LEVELS), [NAMED])


def test_a_characteristic_named_by_the_cells_is_asked_of_the_records() -> None:
    factor = {"source": "baseline.drgu", "levels": LEVELS}
    refuse_unfed_sources(protocol(**factor), [AS_WRITTEN])
    assert "nearest that is recorded is baseline.drug" in fault(
        factor, {**recorded(), "core.baseline": pl.DataFrame({"characteristic": ["drug"]})}, AS_WRITTEN
    )


@pytest.mark.parametrize("source", ["milestone.B-cell recovery", "transplant", "subject.sex"])
def test_a_source_that_no_mapping_feeds_is_told(source: str) -> None:
    levels = {"levels": {"male": ["male"]}} if source == "subject.sex" else {}
    with pytest.raises(UsageError, match="no mapping of a site records"):
        refuse_unfed_sources(protocol(source=source, **levels), [NAMED])


@pytest.mark.parametrize(
    ("factor", "what"),
    [
        ({"source": "subject.sex", "levels": {"male": ["mael"]}}, "the nearest is male"),
        ({"source": "subject.sex"}, "expected named levels"),
        ({"source": "subject.age_years", "levels": {"young": ["10"]}}, "the source is a number"),
        ({"source": "genomics.TP53", "levels": {"no": ["not done"], "yes": ["present"]}}, "found not done"),
        ({"source": "baseline.x", "levels": {"a": ["1"], "b": ["1"]}}, "each value in one place"),
        ({"source": "baseline.x", "cut": 3, "ungrouped": ["?"]}, "expected none without levels"),
        ({"source": "baseline.x", "levels": LEVELS, "awaited": ["maybe"]}, "expected levels of the factor"),
    ],
)
def test_levels_that_no_data_can_mend_are_refused_without_data(factor: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueError, match=what):
        protocol(**factor)
