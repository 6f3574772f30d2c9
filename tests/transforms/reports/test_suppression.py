"""Small counts: not printed, and not to be worked out from what is."""

from __future__ import annotations

import re

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing
from flows.study.report import render_study
from flows.study_folder import load_study
from schemas.tables.results import REASON
from tests.studies.built import built
from tests.studies.test_papers import ADULTS, CHILDREN, SALVAGE, STUDIES
from transforms.analyses.disposition import NOT_INFUSED
from transforms.analyses.rows import ResultRow, analysis_frame
from transforms.reports.headlines import headlines
from transforms.reports.suppression import SUPPRESSED, suppress_at_risk, suppress_reasons, suppress_small_counts
from transforms.words import Names, catalogue, worded, words_in

K = 5
DEMONSTRATION = "demo_hard_cases"

NO_REASONS = pl.DataFrame(schema=REASON.polars_schema)


def shown(study: str) -> pl.DataFrame:
    return suppress_small_counts(built(study)["results.analysis"], K)


@pytest.mark.parametrize("study", STUDIES)
def test_no_small_count_and_no_small_rest_is_left(study: str) -> None:
    counts = shown(study).filter(pl.col("statistic") == "proportion", pl.col("events").is_not_null())
    assert counts.filter((pl.col("events") > 0) & (pl.col("events") < K)).is_empty()
    rest = pl.col("n") - pl.col("events")
    assert counts.filter((rest > 0) & (rest < K)).is_empty()


@pytest.mark.parametrize("study", STUDIES)
def test_no_part_of_a_whole_is_gone_alone(study: str) -> None:
    """One missing part is the whole less the others; parts of 0 tell nothing."""
    parts = shown(study).filter(
        pl.col("section").is_in(["baseline", "relapse", "death"]) & (pl.col("level") != "")
        | pl.col("measure").is_in(["CR", "CRi", "PR", "NR", "not_evaluable", "response_unknown"]),
        statistic="proportion",
    )
    # The levels of a loss are of its measure; of a response each measure is a part.
    what = pl.when(pl.col("section") == "response").then(pl.lit("")).otherwise("measure")
    gone = parts.group_by("analysis_id", "analysis_set", "factor", what=what).agg(
        alone=(pl.col("status") == SUPPRESSED).sum() == 1, others=(pl.col("events") > 0).sum()
    )
    assert gone.filter("alone", pl.col("others") > 0).is_empty()


@pytest.mark.parametrize("study", STUDIES)
def test_a_breakdown_by_grade_by_reason_or_by_population_is_shown_whole_or_not_at_all(study: str) -> None:
    """One part that is gone is the sum less the others, and the sum is known from elsewhere."""
    counts = shown(study).filter(
        (pl.col("section") == "toxicity")
        | (pl.col("analysis_id") == "populations")
        | (pl.col("measure") == NOT_INFUSED),
        statistic="count",
    )
    assert counts.height
    wholes = counts.group_by("analysis_id", "analysis_set", "infusion", "term").agg(
        gone=pl.col("estimate").is_null().any(), shown=pl.col("estimate").is_not_null().any()
    )
    assert wholes.filter("gone", "shown").is_empty()
    assert counts.filter(pl.col("estimate") > 0, pl.col("estimate") < K).is_empty()


def test_a_breakdown_without_small_counts_is_shown() -> None:
    assert shown(SALVAGE).filter(analysis_id="populations", status="estimated").height


def test_the_dead_are_not_told_by_the_living() -> None:
    """One of the twenty children died: neither that nor the nineteen are shown."""
    vital = shown(CHILDREN).filter(pl.col("measure").is_in(["died", "alive"]), section="disposition")
    assert vital["estimate"].to_list() == [None, None]


def test_of_a_pair_of_infusions_all_is_gone_that_would_tell_a_small_count() -> None:
    """Who had the event after one of the two alone: the other count, the difference and the exact test tell it too."""
    pairs = shown(ADULTS).filter(pl.col("term") != "", section="paired").group_by("term", "grade")
    ones = pl.col("statistic").is_in(["first_only", "second_only"])
    found = pairs.agg(
        small=((pl.col("estimate") > 0) & (pl.col("estimate") < K)).filter(ones).any(),
        gone=(pl.col("status") == SUPPRESSED).any(),
        told=pl.col("estimate").count() + pl.col("p_value").count(),
    )
    assert not found["small"].any()
    assert found["gone"].any()
    assert found.filter("gone")["told"].sum() == 0


def test_what_is_gone_takes_its_estimate_and_interval_along() -> None:
    gone = shown(CHILDREN).filter(status=SUPPRESSED)
    assert gone.height
    assert gone.select("estimate", "ci_low", "ci_high", "events").null_count().row(0) == (gone.height,) * 4


def test_small_numbers_at_risk_are_blank_in_curves() -> None:
    curve = suppress_at_risk(built(CHILDREN)["results.curve"], K)
    assert curve.filter((pl.col("at_risk") > 0) & (pl.col("at_risk") < K)).is_empty()
    assert curve["at_risk"].null_count()


@pytest.mark.parametrize("study", STUDIES)
def test_a_page_shows_neither_small_counts_nor_single_subjects(study: str) -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    page = render_study(loaded, built(study), "key", Printing(K))
    assert "Counts of 1 to 4" in page
    assert '<div class="swimmer">' not in page
    assert '<section id="paper">' not in page
    numerators = [int(count) for count in re.findall(r"<td>(\d+)/\d+</td>", page)]
    assert not [count for count in numerators if 0 < count < K]
    shares = [int(count) for count in re.findall(r"<td>(\d+) \(\d+\.\d%\)</td>", page)]
    assert not [count for count in shares if 0 < count < K]
    assert not re.search(r"\b[1-4] of \d+ (evaluable|enrolled|infused)", page)


def test_a_headline_that_is_not_shown_is_a_dash_alone() -> None:
    protocol, words = load_study(Settings(studies=REPOSITORY / "studies"), ADULTS).protocol, words_in("en")
    names, shown_at = Names.of(protocol), {name: protocol.shown_at(name) for name in protocol.endpoints}
    told = {
        label: value
        for label, value, _ in headlines(
            worded(shown(ADULTS), NO_REASONS, names, words), 23, shown_at, words.calling(names)
        )
    }
    assert told["CR/CRi after CD22 CAR-T"] == "–"
    assert told["CR/CRi after CD19 CAR-T"] == "100.0%"


def test_without_the_setting_everything_is_shown() -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), CHILDREN)
    assert "Counts of 1 to" not in render_study(loaded, built(CHILDREN), "key")


def test_notes_on_what_is_known_later_count_nobody() -> None:
    results = shown(CHILDREN).filter(analysis_id="cox_lfs_immunoglobulin")
    reasons = suppress_reasons(built(CHILDREN)["results.reason"], results)
    told = results.filter(status="estimated").join(reasons, on="result_id", how="left").select("fit", "code")
    of = {fit: set(told.filter(fit=fit)["code"]) for fit in told["fit"]}
    assert of["as_if_known"] == {"immortal_time_hidden"}
    assert of["landmark"] == {None}


def test_every_reason_that_has_a_sentence_without_its_count_loses_the_count() -> None:
    sentences = [key.removeprefix("reason.") for key in catalogue("en")["messages"] if key.startswith("reason.")]
    counting = {key.removesuffix("_hidden") for key in sentences if key.endswith("_hidden")} - {"immortal_time"}
    codes = pl.DataFrame(
        {"result_id": ["a"] * len(counting), "position": range(len(counting)), "code": sorted(counting)}
    )
    kept = suppress_reasons(codes, pl.DataFrame({"result_id": ["a"], "fit": [""], "status": ["estimated"]}))
    assert set(kept["code"]) == {f"{code}_hidden" for code in counting}


def test_a_ratio_of_two_levels_does_not_tell_their_events() -> None:
    """One level's events are shown, the other's are too few: their sum would tell them."""
    asked = {"section": "survival", "analysis_id": "os", "factor": "tp53", "analysis_set": "infused"}
    rows = [
        ResultRow(**asked, statistic="events", level="no", estimate=7, n=20, events=7),
        ResultRow(**asked, statistic="events", level="yes", estimate=2, n=20, events=2),
        ResultRow(**asked, statistic="hazard_ratio", level="yes", reference_level="no", estimate=2.0, n=40, events=9),
    ]
    told = suppress_small_counts(analysis_frame("s", rows), K)
    assert told.select("estimate", "events").rows() == [(7, 7), (None, None), (2.0, None)]


def test_where_small_counts_are_suppressed_no_lane_bears_an_id() -> None:
    study = load_study(Settings(studies=REPOSITORY / "studies"), DEMONSTRATION)
    assert study.protocol.figures.swimmer_ids
    shown, hidden = (
        render_study(study, built(DEMONSTRATION), "key", Printing(smallest_count=smallest)) for smallest in (None, K)
    )
    assert "teaching-HC-24" in shown
    assert "teaching-HC-24" not in hidden
