"""A study beside what others published: the difference, the test, and where the definitions are not the same."""

from __future__ import annotations

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import load_study
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, DONOR
from tests.transforms.analyses.notes import with_notes
from transforms.analyses.benchmark import CAUTION
from transforms.statistics import one_sample_logrank


def against(study: str, endpoint: str, other: str, statistic: str) -> list[dict[str, object]]:
    results = with_notes(built(study)["results.analysis"], built(study)["results.reason"])
    rows = results.filter(analysis_id=f"{endpoint}.benchmark", compared_study=other, statistic=statistic)
    return rows.sort("position").to_dicts()


def test_the_difference_is_our_rate_less_the_printed_one() -> None:
    """Survival of the adults at 12 and 24 months, the children printed 92.3 % at 12."""
    (row,) = against(ADULTS, "os", CHILDREN, "difference")
    own = built(ADULTS)["results.analysis"].filter(analysis_id="os", statistic="survival", time_months=12.0, factor="")
    assert row["estimate"] == pytest.approx(own["estimate"].item() - 0.923)
    assert row["ci_low"] == pytest.approx(own["ci_low"].item() - 0.923)


def test_events_are_held_against_those_the_printed_rates_let_expect() -> None:
    (row,) = against(ADULTS, "os", CHILDREN, "observed_to_expected")
    subjects = built(ADULTS)["adam.adtte"].filter(paramcd="os").sort("subject_id")
    found = one_sample_logrank(
        subjects["aval"].to_numpy(), subjects["event"].to_numpy() == 1, [(0.0, 1.0), (12 * 30.4375, 0.923)]
    )
    assert row["estimate"] == pytest.approx(found.ratio.value)  # type: ignore[union-attr]
    assert row["events"] == found.observed  # type: ignore[union-attr]
    # Patients of two studies differ, and no test here sees how.
    assert row["p_value"] is None


def test_it_says_where_definitions_differ_and_what_it_cant_show() -> None:
    (same,) = against(ADULTS, "os", CHILDREN, "difference")
    assert same["note"] == CAUTION
    responders = against(DONOR, "os_responders", ADULTS, "difference")[0]
    assert "population known from: response, published infusion" in str(responders["note"])
    assert str(responders["note"]).endswith(CAUTION)


def test_a_broken_neighbour_is_not_this_studys_business(tmp_path_factory: pytest.TempPathFactory) -> None:
    import shutil

    root = tmp_path_factory.mktemp("neighbours")
    for name in (ADULTS, CHILDREN):
        shutil.copytree(REPOSITORY / "studies" / name, root / name)
    (root / CHILDREN / "published.yaml").write_text("figures: nonsense")
    assert load_study(Settings(studies=root), ADULTS).others == {}


def test_a_study_is_not_its_own_benchmark() -> None:
    results = with_notes(built(ADULTS)["results.analysis"], built(ADULTS)["results.reason"])
    rows = results.filter(section="benchmark")
    assert rows.height
    assert ADULTS not in rows["compared_study"].unique()
    assert rows.filter(pl.col("note") == "").is_empty()
