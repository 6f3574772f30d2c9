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
    assert (
        "On day 30 after CD22 CAR-T, 24 of 30 evaluable subjects achieved CR/CRi (80.0%; 95% CI, 61.4 to 92.3)."
        in told(SALVAGE)
    )


def test_a_rate_has_its_population_and_numbers_at_risk() -> None:
    assert (
        "Overall survival at 12 months was 92.3% (95% CI, 56.6 to 98.9; all who received CD19 CAR-T; n = 20; 10 at risk)."
        in told(CHILDREN)
    )


def test_an_odds_ratio_is_called_one() -> None:
    (sentence,) = [one for one in told(SECOND) if "tandem CD19/CD22 (tandem vs other), by multivariable" in one]
    assert sentence.startswith(
        "The odds ratio for complete remission was 7.82 (95% CI, 1.03 to 59.49; p = 0.047) for tandem"
    )


def test_rounding_is_the_protocols() -> None:
    cut = told(SALVAGE, Printing(digits=0, rounding="truncate"))
    assert any("24 of 34 enrolled subjects achieved CR/CRi (70%" in sentence for sentence in cut)
    assert any(
        "24 of 34 enrolled subjects achieved CR/CRi (71%" in sentence for sentence in told(SALVAGE, Printing(digits=0))
    )


def test_sentences_are_told_in_chinese_too() -> None:
    assert "CD22 CAR-T回输后第 30 天，30 例可评估受试者中 24 例获 CR/CRi（80.0%；95% CI 61.4～92.3）。" in told(
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
    assert all(any(one.startswith(f"{label} was ") for one in sentences) for label in rates["label"])


def test_outcomes_of_the_protocol_come_first_and_in_its_order() -> None:
    first, *_ = told(CHILDREN)
    assert first.startswith("Leukemia-free survival at 12 months was ")


def test_a_median_that_was_not_reached_is_said_so() -> None:
    assert "Median overall survival was not reached (all who received CD19 CAR-T; n = 20)." in told(CHILDREN)


def test_the_ratio_of_a_comparison_is_one_of_its_endpoint() -> None:
    (sentence,) = [one for one in told("demo_hard_cases") if "overall survival was 0.24" in one]
    assert sentence.startswith("The hazard ratio for overall survival was 0.24 (95% CI, 0.03 to 1.95; p = ")
    assert sentence.endswith(
        "for disease status (refractory vs hematologic relapse), by Cox regression (Efron ties, Wald confidence intervals)."
    )
