"""Results in words, with the interval that was computed and the rounding that was chosen."""

from __future__ import annotations

import polars as pl

from flows.settings import REPOSITORY, Settings
from flows.study.words import words_of
from flows.study_folder import load_study
from schemas.language import Language
from schemas.protocol import Printing
from tests.studies.built import built
from tests.studies.test_papers import CHILDREN, SALVAGE, SECOND
from transforms.printed.sentences import sentences_of
from transforms.words import Names, worded


def told(study: str, printing: Printing | None = None, language: Language = "en") -> list[str]:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), study)
    names = Names.of(loaded.protocol, loaded.others)
    return sentences_of(
        built(study)["results.analysis"],
        built(study)["results.reason"],
        printing or Printing(),
        names,
        words_of(loaded, language),
    )


def test_a_response_has_count_percentage_and_interval() -> None:
    assert "CR/CRi on day 30 after infusion 1: 24 of 30 evaluable (80.0 %, 95 % CI 61.4 to 92.3)." in told(SALVAGE)


def test_a_rate_has_its_population_and_numbers_at_risk() -> None:
    assert (
        "Overall survival, at 12 months: 92.3 %, 95 % CI 56.6 to 98.9 (all who received CD19 CAR-T, n = 20, 10 at risk)."
        in told(CHILDREN)
    )


def test_an_odds_ratio_is_called_one() -> None:
    (sentence,) = [one for one in told(SECOND) if "multivariable: Tandem" in one]
    assert "odds ratio 7.82, 95 % CI 1.03 to 59.49; p = 0.047" in sentence


def test_rounding_is_the_protocols() -> None:
    cut = told(SALVAGE, Printing(digits=0, rounding="truncate"))
    assert any("24 of 34 enrolled (70 %" in sentence for sentence in cut)
    assert any("24 of 34 enrolled (71 %" in sentence for sentence in told(SALVAGE, Printing(digits=0)))


def test_sentences_are_told_in_chinese_too() -> None:
    assert "第 1 次回输后第 30 天 CR/CRi（可评估）：30例中24例（80.0 %，95 %置信区间 61.4～92.3）。" in told(
        SALVAGE, language="zh"
    )


def test_every_estimate_of_a_headline_has_its_sentence() -> None:
    loaded = load_study(Settings(studies=REPOSITORY / "studies"), CHILDREN)
    rates = worded(
        built(CHILDREN)["results.analysis"],
        built(CHILDREN)["results.reason"],
        Names.of(loaded.protocol),
        words_of(loaded, "en"),
    ).filter(pl.col("statistic").is_in(["survival", "cumulative_incidence"]), status="estimated")
    sentences = told(CHILDREN)
    assert all(any(one.startswith(f"{label}: ") for one in sentences) for label in rates["label"])
