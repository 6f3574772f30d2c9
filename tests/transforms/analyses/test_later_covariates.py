"""A covariate known only later: time-dependent, as if known on day 0 with a warning, and from a landmark."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.language import Language
from schemas.protocol import Protocol
from tests.transforms.analyses.test_results import compute, results
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.printed.sentences import sentences_of
from transforms.words import Names, words_in

# Ten subjects; a and b recover, b on the day of its relapse, j too late to be called early.
SUBJECTS = "abcdefghij"
STUDY = (
    "\ninfusion subject_id infusion_number infusion_date target\n"
    + "".join(f"{subject} 1 0 CD19\n" for subject in SUBJECTS)
    + "\nrelapse subject_id relapse_date\na 200\nb 340\nc 210\n"
    + "\nmilestone subject_id milestone milestone_date\na immunoglobulin_recovery 150\n"
    + "b immunoglobulin_recovery 340\nj immunoglobulin_recovery 500\n"
    + "\nfollow_up subject_id contact_date disease_status\n"
    + "".join(f"{subject} {100 + 60 * i} remission\n" for i, subject in enumerate(SUBJECTS) if subject not in "abc")
)
EARLY = {"early": {"label": "Early", "source": "milestone.immunoglobulin recovery", "within_months": 12}}
MODEL = {"label": "Relapse", "kind": "cox", "endpoint": "lfs", "covariates": ["early"]}
BOTH = {**MODEL, "also_fixed": ["early"], "landmarks_months": [6]}


@pytest.fixture(scope="module")
def found() -> pl.DataFrame:
    return results(STUDY, risk_factors=EARLY, models={"cox": BOTH}).filter(analysis_id="cox")


def _row(found: pl.DataFrame, fit: str, statistic: str) -> dict[str, object]:
    return found.filter(fit=fit, statistic=statistic).row(0, named=True)


def test_nobody_has_it_as_fixed_who_does_not_ask() -> None:
    alone = results(STUDY, risk_factors=EARLY, models={"cox": MODEL}).filter(analysis_id="cox")
    assert alone.select("fit", "measure").rows() == [("univariable", "after_before")]


def test_the_fixed_ratio_stands_beside_the_time_dependent_one(found: pl.DataFrame) -> None:
    ratios = found.filter(statistic="hazard_ratio")
    assert ratios.select("fit", "landmark_months").rows() == [
        ("univariable", None), ("as_if_known", None), ("landmark", 6.0),
    ]  # fmt: skip
    assert ratios["estimate"].n_unique() > 1


def test_the_fixed_ratio_warns_of_immortal_time(found: pl.DataFrame) -> None:
    note = str(_row(found, "as_if_known", "hazard_ratio")["note"])
    # Day 150 is 4.9 months, day 340 is 11.2; day 500 is no early recovery.
    assert "immortal time: 2 of 10 count as exposed from day 0" in note
    assert "4.9 to 11.2 months, 1 of them not before the event" in note


def test_the_ratio_and_the_log_rank_test_have_p_values_of_their_own(found: pl.DataFrame) -> None:
    ratio, test = (_row(found, "as_if_known", name) for name in ("hazard_ratio", "logrank"))
    assert (ratio["p_method"], test["p_method"]) == ("wald-test", "log-rank")
    assert float(test["p_value"]) < float(ratio["p_value"])  # type: ignore[arg-type]


def test_a_landmark_leaves_out_whom_it_finds_gone_and_counts_what_was_known(found: pl.DataFrame) -> None:
    row = _row(found, "landmark", "hazard_ratio")
    # Six months are day 182.6: all ten are still followed, and of a alone recovery was known.
    assert (row["n"], row["events"]) == (10, 3)
    assert "0 had the event and 0 were censored before" in str(row["note"])


def test_a_later_landmark_has_fewer_subjects() -> None:
    later = results(STUDY, risk_factors=EARLY, models={"cox": {**BOTH, "landmarks_months": [10]}})
    row = _row(later.filter(analysis_id="cox", landmark_months=10.0), "landmark", "hazard_ratio")
    # Day 304: a and c have relapsed, d was last seen on day 280.
    assert "2 had the event and 1 were censored before" in str(row["note"])


def test_where_nobody_is_exposed_both_rows_say_so() -> None:
    nobody = STUDY.replace("milestone_date\na ", "milestone_date\nk ").replace("b immunoglobulin", "k immunoglobulin")
    found = results(nobody, risk_factors=EARLY, models={"cox": BOTH}).filter(fit="as_if_known")
    assert found.select("statistic", "status").rows() == [
        ("hazard_ratio", "not estimable"), ("logrank", "not estimable"),
    ]  # fmt: skip
    assert found["note"].str.starts_with("nobody is exposed").all()


def test_the_test_over_time_counts_subjects(found: pl.DataFrame) -> None:
    assert _row(found, "univariable", "mantel_byar")["n"] == 10


def test_no_sentence_tells_the_fixed_ratio_without_its_bias() -> None:
    found = compute(STUDY, risk_factors=EARLY, models={"cox": BOTH})
    rows = found.analysis.filter(analysis_id="cox")
    protocol = Protocol.model_validate({**PROTOCOL, "risk_factors": EARLY, "models": {"cox": BOTH}})
    languages: tuple[tuple[Language, str], ...] = (("en", "biased by immortal time"), ("zh", "永恒时间偏倚"))
    for language, words in languages:
        sentences = sentences_of(rows, found.reason, protocol.printing, Names.of(protocol), words_in(language))
        told = [s for s in sentences if "day 0" in s or "第 0 天" in s]
        assert len(told) == 1 and words in told[0]


def test_within_months_is_of_what_is_known_later() -> None:
    factor = {"tp53": {"label": "TP53", "source": "genomics.TP53", "within_months": 12}}
    with pytest.raises(ValueError, match="known only later"):
        Protocol.model_validate({**PROTOCOL, "risk_factors": factor})


def test_also_fixed_is_of_what_is_known_later() -> None:
    factors = {"tp53": {"label": "TP53", "source": "genomics.TP53", "levels": {"no": ["absent"], "yes": ["present"]}}}
    model = {**MODEL, "covariates": ["tp53"], "also_fixed": ["tp53"]}
    with pytest.raises(ValueError, match=r"models\.cox\.also_fixed"):
        Protocol.model_validate({**PROTOCOL, "risk_factors": factors, "models": {"cox": model}})
