"""The table of a study's page that tells an endpoint under each way of dealing with transplant, and what each answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import get_args

import polars as pl

from schemas.protocol.transplant import DefinedBy, variant_name
from transforms.analyses.later_covariates import LEVELS
from transforms.analyses.transplant import LANDMARK
from transforms.analyses.weighted_transplant import (
    BY_DAY,
    DIFFERENCES,
    EFFECT,
    EFFECTIVE,
    LEFT,
    NOT_BY_DAY,
    UNEXPOSED,
    WEIGHTED,
    WEIGHTS,
)
from transforms.reports.numbers import (
    DASH,
    measured,
    p_value,
    percent,
    percent_interval,
    ratio,
    ratio_interval,
    signed_interval,
    whole,
)
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of, times_of
from transforms.reports.queries import Queries, Query
from transforms.words import Words
from transforms.words.estimands import landmark_of
from transforms.words.further import BOUNDS

RATES = ("survival", "cumulative_incidence")
DIFFERENCE = tuple(DIFFERENCES.values())


def transplant_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per endpoint one table; below it the methods and what to beware of."""
    parts = []
    for analysis_id in ids_of(analysis, "transplant"):
        found = rows_of(analysis, analysis_id=analysis_id)
        times = times_of(row for row in found if row["statistic"] in RATES)
        printed = [
            line
            for _, rows in groupby(found, key=lambda row: (row["measure"], row["landmark_months"]))
            for line in _lines(list(rows), times, words)
        ]
        header = [
            words("transplant_strategy.strategy"), words("transplant_strategy.answers"), words("transplant_strategy.subjects"),
            words("transplant_strategy.events"), *(words("percent_at", months=time) for time in times),
            words("transplant_strategy.ratio"),
        ]  # fmt: skip
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.rows("adam.adtte", "paramcd, subject_id", paramcd=_parameters(found)),
            queries.rows("adam.adrisk", "risk_factor, subject_id"),
        ]  # fmt: skip
        population = next((row["population"] for row in found if not row["fit"]), "")
        title = words.joined([part for part in (words.told(_endpoint(found, words)), population) if part])
        below = [*_weights(found, times, asked, words), *_differences(found, asked, words)]
        parts.append(Part(title, PrintedTable(header, printed, _notes(found, words)), queries=asked, parts=below))
    return parts


def _parameters(found: Sequence[Row]) -> tuple[str, ...]:
    """The parameters of adtte that the rows are of."""
    return tuple(variant_name(found[0]["endpoint"], name) for name in get_args(DefinedBy))


def _endpoint(found: Sequence[Row], words: Words) -> str:
    return words.names.endpoints.get(found[0]["endpoint"], found[0]["endpoint"])


def _lines(rows: list[Row], times: Sequence[float], words: Words) -> Iterator[list[str]]:
    """One strategy: a line, and at a landmark one of each group below it."""
    first = rows[0]
    strategy = words(f"result.transplant.strategy.{first['measure']}", **landmark_of(first))
    question = words(f"transplant_strategy.question.{first['measure']}", **landmark_of(first))
    whole_ = [row for row in rows if not row["level"] or row["reference_level"]]
    yield [words.sentence(strategy), question, *_cells(whole_, times, words)]
    if first["measure"] == LANDMARK:
        for level in LEVELS:
            of_level = [row for row in rows if row["level"] == level and not row["reference_level"]]
            yield [words.sentence(words(f"result.transplant.level.{level}")), "", *_cells(of_level, times, words)]


def _cells(rows: Sequence[Row], times: Sequence[float], words: Words) -> list[str]:
    """Subjects, events, a rate at each time, and the ratio with its p value; blank where there is none."""
    value = {(row["statistic"], row["time_months"]): row for row in rows}
    counts = [value.get((name, None)) for name in ("n", "events")]
    found, test = value.get(("hazard_ratio", None)), value.get(("mantel_byar", None)) or value.get(("logrank", None))
    n, events = (whole(row["estimate"]) if row else "" for row in counts)
    if found:
        n, events = str(found["n"] or n), events if found["events"] is None else str(found["events"])
        # A weighted ratio is tested by itself.
        test = found if found["measure"] in WEIGHTED else test
    shown = [_rate(value, time, words) for time in times]
    return [n, events, *shown, "" if found is None else _ratio(found, test, words)]


def _rate(value: dict[tuple[str, float | None], Row], time: float, words: Words) -> str:
    row = next((value[name, time] for name in RATES if (name, time) in value), None)
    if row is None:
        return ""
    if row["estimate"] is None and row["status"] != "suppressed":
        return words("model.see_below")
    other = value.get(("competing_incidence", time))
    # Of competing events both are told: neither means anything without the other.
    shown = percent_interval(row) if other is None else f"{percent_interval(row)} / {percent_interval(other)}"
    bounds = [value.get((name, time)) for name in BOUNDS]
    if None in bounds or row["status"] == "suppressed":
        return shown
    low, high = (percent(bound["estimate"]) for bound in bounds if bound is not None)
    return words("with_unknown.percent", percent=shown, low=low, high=high)


def _weights(found: list[Row], times: Sequence[float], asked: Sequence[Query], words: Words) -> list[Part]:
    """What the weights of each strategy look like: a line per strategy that has any."""
    header = [
        words(f"transplant_strategy.{name}") for name in ("strategy", "subjects", "left", "weight", "probability")
    ]
    header += [words("transplant_strategy.effective", months=time) for time in times]
    printed = []
    for of_side in _sides(found, (UNEXPOSED, BY_DAY, NOT_BY_DAY)):
        value = {(row["statistic"], row["time_months"]): row for row in of_side}
        if (WEIGHTS[0], None) not in value:
            continue
        mean, least, largest, probability = (value[name, None]["estimate"] for name in WEIGHTS)
        shown = DASH if mean is None else f"{ratio(mean)} ({ratio(least)}–{ratio(largest)})"
        sizes = (value.get((EFFECTIVE, time)) for time in times)
        printed.append([
            _named(of_side[0], words), *(whole(value[name, None]["estimate"]) for name in ("n", LEFT)), shown, measured(probability),
            *("" if row is None else measured(row["estimate"]) for row in sizes),
        ])  # fmt: skip
    if not printed:
        return []
    return [
        Part(
            words("transplant_strategy.weights"),
            PrintedTable(header, printed, [words("transplant_strategy.weighted_note")]),
            queries=asked,
        )
    ]


def _differences(found: list[Row], asked: Sequence[Query], words: Words) -> list[Part]:
    """By how much transplant within some days and none within them differ at each time."""
    parts = []
    for of_effect in _sides(found, (EFFECT,)):
        rows = [row for row in of_effect if row["statistic"] in DIFFERENCE]
        if not rows:
            continue
        header = [words("transplant_strategy.difference", months=time) for time in times_of(rows)]
        shown = [_difference(row, words) for row in rows]
        title = words("transplant_strategy.differences", days=landmark_of(of_effect[0])["days"])
        parts.append(Part(title, PrintedTable(header, [shown], methods_note(rows, words)), queries=asked))
    return parts


def _difference(row: Row, words: Words) -> str:
    if row["estimate"] is None:
        return DASH if row["status"] == "suppressed" else words("not_estimable", reason=row["note"])
    return words.joined([signed_interval(row, words, scale=100), p_value(row["p_value"])])


def _sides(found: list[Row], measures: Sequence[str]) -> Iterator[list[Row]]:
    """Rows of each strategy of these, in print order."""
    for _, rows in groupby(found, key=lambda row: (row["measure"], row["landmark_months"])):
        of_side = list(rows)
        if of_side[0]["measure"] in measures:
            yield of_side


def _named(row: Row, words: Words) -> str:
    return words.sentence(words(f"result.transplant.strategy.{row['measure']}", **landmark_of(row)))


def _ratio(found: Row, test: Row | None, words: Words) -> str:
    if found["estimate"] is None:
        return words("model.see_below") if found["status"] != "suppressed" else DASH
    p = [p_value(row["p_value"]) for row in (test,) if row is not None and row["p_value"] is not None]
    return words.joined([ratio_interval(found), *p])


def _notes(found: list[Row], words: Words) -> list[str]:
    beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "n" and row["note"] and not row["level"])
    missing = {row["label"]: row["note"] for row in found if row["status"] == "not estimable"}
    return [
        words("transplant_strategy.note"),
        *(
            [words("transplant_strategy.two_rates")]
            if any(row["statistic"] == "competing_incidence" for row in found)
            else []
        ),
        *methods_note([row for row in found if row["estimate"] is not None], words),
        *(words("note.of", what=label, reason=words("not_estimable", reason=why)) for label, why in missing.items()),
        *(words("note.beware", reason=reason) for reason in beware),
    ]
