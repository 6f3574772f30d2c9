"""Results as sentences a manuscript may take over: count, percentage, interval and its kind, rounded as the protocol says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from schemas.protocol import Printing
from transforms.analyses.later_covariates import AS_IF_KNOWN
from transforms.statistics.rounding import round_number
from transforms.words import Names, Words, worded

Row = dict[str, Any]
FEWEST = 0.001


def sentences_of(
    analysis: pl.DataFrame, reasons: pl.DataFrame, printing: Printing, names: Names, words: Words
) -> list[str]:
    """A sentence per response, adverse event, rate, median and ratio that is estimated, in print order."""
    numbers, said = _Numbers(printing, names, words), worded(analysis, reasons, names, words)
    return [sentence for row in said.sort("position").iter_rows(named=True) for sentence in _sentence(row, numbers)]


class _Numbers:
    """Numbers as words of a sentence, in a language."""

    def __init__(self, printing: Printing, names: Names, words: Words) -> None:
        self.printing, self.names, self.words = printing, names, words

    def number(self, value: float, digits: int | None = None) -> str:
        return str(round_number(value, self.printing.digits if digits is None else digits, self.printing.rounding))

    def interval(self, row: Row, scale: float, digits: int | None = None) -> str:
        """`, 95 % CI 61.4 to 92.3`, an open end in words; nothing where there is no interval."""
        if row["ci_low"] is None and row["ci_high"] is None:
            return ""
        low, high = (
            self.words("not_reached") if row[bound] is None else self.number(row[bound] * scale, digits)
            for bound in ("ci_low", "ci_high")
        )
        level = f"{100 * (row['ci_level'] or 0.95):g} %"
        return self.words("sentence.interval", level=level, low=low, high=high)

    def p_value(self, row: Row) -> str:
        if row["p_value"] is None:
            return ""
        shown = (
            f"< {FEWEST}" if row["p_value"] < FEWEST else f"= {round_number(row['p_value'], 3, self.printing.rounding)}"
        )
        return self.words("sentence.p", shown=shown)

    def percent(self, row: Row) -> str:
        """A percentage with its interval."""
        share = self.number(100 * row["estimate"])
        return self.words("sentence.percent", share=share, interval=self.interval(row, 100))


def _sentence(row: Row, numbers: _Numbers) -> Iterator[str]:
    makers: dict[str, Callable[[Row, _Numbers], str]] = {
        "proportion": _proportion,
        "survival": _rate,
        "cumulative_incidence": _rate,
        "median_time": _median,
        "hazard_ratio": _ratio,
        "odds_ratio": _ratio,
    }
    told = row["section"] in ("response", "toxicity", "survival", "competing", "relapse", "death", "model")
    if told and row["statistic"] in makers and row["status"] == "estimated" and row["estimate"] is not None:
        yield makers[row["statistic"]](row, numbers)


def _proportion(row: Row, numbers: _Numbers) -> str:
    words = numbers.words
    named = row["section"] == "response" and row["factor"]
    group = words("sentence.group", group=row["group_name"]) if named else ""
    counted = {name: row[name] for name in ("events", "n")}
    return words(
        "sentence.proportion",
        label=row["label"],
        group=group,
        population=row["population"],
        bracket=numbers.percent(row),
        **counted,
    )


def _rate(row: Row, numbers: _Numbers) -> str:
    return numbers.words(
        "sentence.rate",
        label=row["label"],
        bracket=numbers.percent(row),
        population=row["population"],
        n=row["n"],
        at_risk=row["at_risk"],
    )


def _median(row: Row, numbers: _Numbers) -> str:
    return numbers.words(
        "sentence.median",
        label=row["label"],
        months=numbers.number(row["estimate"]),
        interval=numbers.interval(row, 1),
        population=row["population"],
        n=row["n"],
    )


def _ratio(row: Row, numbers: _Numbers) -> str:
    words = numbers.words
    contrast, which = row["group_name"], row["population"]
    if row["fit"] == AS_IF_KNOWN:  # never told without saying so
        which = words("sentence.biased", which=which)
    if row["group_level"]:
        contrast = words("sentence.contrast", covariate=contrast, level=row["group_level"])
    return words(
        "sentence.ratio",
        outcome=words.told(numbers.names.models[row["analysis_id"]]),
        which=which,
        contrast=contrast,
        effect=words(f"effect.{row['statistic']}"),
        bracket=f"{numbers.number(row['estimate'], 2)}{numbers.interval(row, 1, 2)}{numbers.p_value(row)}",
        method=words.prose(row["method"]),
    )
