"""The sample exports: written by the generator, in each paper's size, and every planted fault found where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from python_calamine import load_workbook

from flows.settings import REPOSITORY, Settings
from flows.study_folder import list_studies
from tests.studies.built import built
from tests.synthetic import demo_dose_escalation, demo_hard_cases
from tests.synthetic.__main__ import STUDIES
from tests.synthetic.constraints import held
from tests.synthetic.faults import PlantedFault
from tests.synthetic.printed import load_printed

SIZES = {
    "yang2025_seq1922_adult": 23,
    "ash2023_second_cart": 35,
    "pan2019_cd22_salvage": 34,
    "pan2020_seq1922_paed": 20,
    "zhang2020_donor_cd19_posthsct": 43,
}
# What the papers print, to the printed precision: endpoint, months, percent.
PRINTED_RATES = {
    "yang2025_seq1922_adult": [
        ("os", 12, 91.3), ("os", 24, 58.6), ("lfs", 12, 67.1), ("lfs", 24, 47.0), ("cir", 12, 28.6), ("cir", 24, 42.5),
    ],
    "ash2023_second_cart": [("lfs", 24, 30.5), ("cir", 24, 69.5)],
    "pan2019_cd22_salvage": [("lfs_bridged", 12, 71.6)],
    "pan2020_seq1922_paed": [("os", 12, 92.3), ("lfs", 12, 79.5), ("lfs", 18, 79.5)],
}  # fmt: skip

Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module", params=STUDIES, ids=lambda study: study.STUDY)
def study(request: pytest.FixtureRequest) -> ModuleType:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def tables(study: ModuleType) -> Tables:
    return built(study.STUDY)


def test_the_studies_are_the_five_of_the_papers_and_two_demonstrations() -> None:
    demonstrations = {demo_hard_cases.STUDY, demo_dose_escalation.STUDY}
    assert set(list_studies(Settings(studies=REPOSITORY / "studies"))) == {*SIZES, *demonstrations}


def test_the_readme_says_first_that_the_patients_are_synthetic(study: ModuleType) -> None:
    first = (REPOSITORY / "studies" / study.STUDY / "README.md").read_text("utf-8").splitlines()[0]
    assert "synthetic" in first


def test_the_generator_writes_what_is_committed(study: ModuleType, tmp_path: Path) -> None:
    study.write(tmp_path, held(study, load_printed(study.STUDY)))
    committed = REPOSITORY / "studies" / study.STUDY / "landing"
    written = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert written == sorted(path.relative_to(committed) for path in committed.rglob("*") if path.is_file())
    for path in written:
        assert content(tmp_path / path) == content(committed / path), path


def test_every_subject_is_accepted(study: ModuleType, tables: Tables) -> None:
    assert tables["adam.adsl"].height == SIZES[study.STUDY]


def test_every_planted_fault_is_found_and_nothing_else(study: ModuleType, tables: Tables) -> None:
    queries = tables["meta.site_query"].filter(status="open").with_columns(pl.col("source_column").fill_null(""))
    found = {
        PlantedFault(*row)
        for row in queries.select(
            "source_file", "source_sheet", "source_row", "source_column", "rule_id", "severity"
        ).iter_rows()
    }
    assert found == set(study.FAULTS)


def test_quarantined_faults_are_kept_with_their_record(study: ModuleType, tables: Tables) -> None:
    expected = {(fault.file, fault.row, fault.rule_id) for fault in study.FAULTS if fault.outcome == "quarantine"}
    kept = tables["meta.quarantine"]
    assert set(kept.select("source_file", "source_row", "rule_id").iter_rows()) == expected
    # Of a row that no part of the mapping takes there is no record.
    assert kept.filter(pl.col("domain").is_not_null())["record"].null_count() == 0


def test_no_personal_column_is_kept(study: ModuleType, tables: Tables) -> None:
    names = ("受试者甲", "患者P", "患儿BR")
    for name, frame in tables.items():
        for column in frame.select(pl.col(pl.String)).columns:
            assert not frame[column].str.contains_any(list(names)).any(), f"{name}.{column}"


def test_printed_rates_come_out_of_the_pipeline(study: ModuleType, tables: Tables) -> None:
    for endpoint, months, percent in PRINTED_RATES.get(study.STUDY, []):
        row = tables["results.analysis"].filter(
            pl.col("statistic").is_in(["survival", "cumulative_incidence"]),
            analysis_id=endpoint,
            time_months=float(months),
            factor="",
        )
        assert round(100 * row["estimate"].item(), 1) == percent, (endpoint, months)


def test_only_what_a_later_delivery_corrects_has_a_second_state(study: ModuleType, tables: Tables) -> None:
    deliveries = getattr(study, "DELIVERIES", (study.EXTRACT,) if hasattr(study, "EXTRACT") else ())
    states = tables["core.infusion"].sort("record_id", "valid_from")
    assert set(states["valid_from"]) <= set(deliveries)
    ended = states.filter(pl.col("valid_to").is_not_null())
    assert ended.height == len(deliveries) - 1
    assert set(ended["valid_to"]) <= set(deliveries[1:])


def content(path: Path) -> object:
    """Bytes of a text file, cells of a workbook."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with load_workbook(str(path)) as book:
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
