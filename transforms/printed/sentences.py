"""Results as sentences a manuscript may take over: count, percentage, interval and its kind, rounded as the protocol says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from schemas.protocol import Printing
from transforms.statistics.rounding import round_number
from transforms.words import Names, Words, worded
from transforms.words.results import CODES

Row = dict[str, Any]
FEWEST = 0.001
NOT_REACHED = {"not_reached"}


def sentences_of(
    analysis: pl.DataFrame, reasons: pl.DataFrame, printing: Printing, names: Names, words: Words
) -> list[str]:
    """A sentence per response, adverse event, rate, median and ratio that is estimated: headlines first, then in print order."""
    numbers, said = _Numbers(printing, names, words.calling(names)), worded(analysis, reasons, names, words)
    return [
        sentence
        for row in said.sort("headline", "position", nulls_last=True).iter_rows(named=True)
        for sentence in _sentence(row, numbers)
    ]


class _Numbers:
    """Numbers as words of a sentence, in a language."""

    def __init__(self, printing: Printing, names: Names, words: Words) -> None:
        self.printing, self.names, self.words = printing, names, words

    def number(self, value: float, digits: int | None = None) -> str:
        return str(round_number(value, self.printing.digits if digits is None else digits, self.printing.rounding))

    def interval(self, row: Row, scale: float, digits: int | None = None) -> str:
        """`95% CI, 61.4 to 92.3`, an open end in words; nothing where there is no interval."""
        if row["ci_low"] is None and row["ci_high"] is None:
            return ""
        low, high = (
            self.words("not_reached") if row[bound] is None else self.number(row[bound] * scale, digits)
            for bound in ("ci_low", "ci_high")
        )
        return self.words("sentence.interval", level=f"{100 * (row['ci_level'] or 0.95):g}%", low=low, high=high)

    def p_value(self, row: Row) -> str:
        if row["p_value"] is None:
            return ""
        if row["p_value"] < FEWEST:
            return self.words("sentence.p", shown=f"< {FEWEST}")
        return self.words("sentence.p", shown=f"= {round_number(row['p_value'], 3, self.printing.rounding)}")

    def percent(self, row: Row) -> str:
        return f"{self.number(100 * row['estimate'])}%"

    def bracket(self, *parts: str) -> str:
        """What stands in brackets behind a number; nothing where there is nothing to say."""
        said = self.words("sentence.separator").join(part for part in parts if part)
        return self.words("sentence.bracket", said=said) if said else ""


def _sentence(row: Row, numbers: _Numbers) -> Iterator[str]:
    if row["status"] == "estimated" and row["estimate"] is not None:
        if maker := MAKERS.get((row["section"], row["statistic"])):
            yield maker(row, numbers)
    elif row["statistic"] == "median_time" and row["endpoint"] and NOT_REACHED & set(row[CODES]):
        yield numbers.words("sentence.not_reached", endpoint=_median_of(row, numbers), of=_counted(row, numbers))


def _share(row: Row, numbers: _Numbers) -> dict[str, object]:
    """How many of whom, and the percentage with its interval."""
    bracket = numbers.bracket(numbers.percent(row), numbers.interval(row, 100))
    return {"n": row["n"], "events": row["events"], "who": _who(row, numbers.words), "bracket": bracket}


def _who(row: Row, words: Words) -> str:
    """How many of whom, as a sentence says it; of the relapsed their own sentence does."""
    if row["section"] == "relapse":
        return ""
    key = f"sentence.who.{row['analysis_set']}"
    return words(key if words.has(key) else "sentence.who.of_population", n=row["n"], population=row["population"])


def _response(row: Row, numbers: _Numbers) -> str:
    words, window = numbers.words, numbers.names.windows[row["infusion"]]
    did = words(f"sentence.did.{row['measure']}", responders="/".join(window.responders))
    group = ""
    if row["factor"]:
        level = words("model.contrast", covariate=words.within(row["group_name"]), contrast=words.told(row["level"]))
        group = words("sentence.group", group=level)
    infusion = words.infusion(row["infusion"])
    return words("sentence.response", day=window.day, infusion=infusion, did=did, group=group, **_share(row, numbers))


def _toxicity(row: Row, numbers: _Numbers) -> str:
    words = numbers.words
    what = {"term": row["group_name"], "grade": row["group_level"], "infusion": words.infusion(row["infusion"])}
    return words("sentence.toxicity", **what, **_share(row, numbers))


def _loss(row: Row, numbers: _Numbers) -> str:
    """Where a relapse was or why a subject died: of whom it is known."""
    return numbers.words(f"sentence.loss.{row['measure']}", level=row["group_level"], **_share(row, numbers))


def _counted(row: Row, numbers: _Numbers) -> str:
    """Who is counted, and how many of them are at risk."""
    words = numbers.words
    at_risk = "" if row["at_risk"] is None else words("sentence.at_risk", n=row["at_risk"])
    return numbers.bracket(row["population"], words("sentence.n", n=row["n"]), at_risk)


def _rate(row: Row, numbers: _Numbers) -> str:
    words = numbers.words
    at_risk = "" if row["at_risk"] is None else words("sentence.at_risk", n=row["at_risk"])
    n = words("sentence.n", n=row["n"])
    return words(
        f"sentence.{row['statistic']}",
        endpoint=_endpoint(row, numbers),
        months=row["time_months"],
        share=numbers.percent(row),
        bracket=numbers.bracket(numbers.interval(row, 100), row["population"], n, at_risk),
    )


def _endpoint(row: Row, numbers: _Numbers) -> str:
    """The endpoint, and of which level where it is split."""
    words = numbers.words
    said = words.told(numbers.names.endpoints[row["endpoint"]])
    if not row["level"]:
        return said
    level = words("model.contrast", covariate=words.within(row["group_name"]), contrast=row["group_level"])
    return said + words("sentence.group", group=level)


def _median_of(row: Row, numbers: _Numbers) -> str:
    """The endpoint of a median as it stands within a sentence."""
    return numbers.words.within(_endpoint(row, numbers))


def _median(row: Row, numbers: _Numbers) -> str:
    n = numbers.words("sentence.n", n=row["n"])
    return numbers.words(
        "sentence.median",
        endpoint=_median_of(row, numbers),
        months=numbers.number(row["estimate"]),
        bracket=numbers.bracket(numbers.interval(row, 1), row["population"], n),
    )


def _ratio(row: Row, numbers: _Numbers) -> str:
    words, of_model = numbers.words, row["section"] == "model"
    contrast = words.within(row["group_name"])
    if row["group_level"]:
        contrast = words("sentence.contrast", covariate=contrast, level=row["group_level"])
    return words(
        "sentence.ratio",
        outcome=words.within(
            words.told(
                numbers.names.models[row["analysis_id"]] if of_model else numbers.names.endpoints[row["endpoint"]]
            )
        ),
        contrast=contrast,
        effect=words(f"effect.{row['statistic']}"),
        value=numbers.number(row["estimate"], 2),
        bracket=numbers.bracket(numbers.interval(row, 1, 2), numbers.p_value(row)),
        # A covariate known later is never told of without its bias.
        by=words(f"sentence.by.{row['fit']}", method=words.prose(row["method"]), months=row["landmark_months"])
        if of_model
        else words.prose(row["method"]),
    )


MAKERS: dict[tuple[str, str], Callable[[Row, _Numbers], str]] = {
    ("response", "proportion"): _response,
    ("toxicity", "proportion"): _toxicity,
    ("relapse", "proportion"): _loss,
    ("death", "proportion"): _loss,
    ("survival", "survival"): _rate,
    ("survival", "median_time"): _median,
    ("survival", "hazard_ratio"): _ratio,
    ("competing", "cumulative_incidence"): _rate,
    ("competing", "median_time"): _median,
    ("competing", "subdistribution_hazard_ratio"): _ratio,
    ("model", "hazard_ratio"): _ratio,
    ("model", "odds_ratio"): _ratio,
    ("model", "subdistribution_hazard_ratio"): _ratio,
}
