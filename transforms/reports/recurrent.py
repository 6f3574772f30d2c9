"""Tables of a study's page on events that come again, and on two groups compared pair by pair."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.protocol import recurrent
from transforms.analyses.recurrent import EVERY, FIRST, MEAN_COUNT, RATE
from transforms.analyses.win_ratio import LOSSES, RATIO, TIES, WINS
from transforms.reports.numbers import DASH, measured, p_value, ratio_interval, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of, times_of
from transforms.reports.queries import Queries
from transforms.words import Words

Cells = dict[tuple[str, str, float | None], Row]


def recurrent_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per event a line for all subjects and for each level: counts, rates per time at risk, mean numbers by a month."""
    parts = []
    for analysis_id in ids_of(analysis, "recurrent"):
        found = rows_of(analysis, analysis_id=analysis_id)
        times = times_of(row for row in found if row["statistic"] == MEAN_COUNT)
        counted = [row for row in found if not row["reference_level"]]
        printed = [_line([row for row in counted if not row["factor"]], words("recurrent.all"), times, words)]
        for factor, level in dict.fromkeys((row["factor"], row["level"]) for row in counted if row["level"]):
            of_level = [row for row in counted if (row["factor"], row["level"]) == (factor, level)]
            label = (
                words("recurrent.group")
                if not level
                else words("model.contrast", covariate=words.factor(factor), contrast=words.told(level))
            )
            printed.append(_line(of_level, label, times, words))
        columns = ("group", "subjects", "with_event", "events", "every", "first")
        header = [
            *(words(f"recurrent.{name}") for name in columns),
            *(words("recurrent.mean", months=at) for at in times),
        ]
        population = next((row["population"] for row in found if row["population"]), "")
        name = analysis_id.partition(".")[2]
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.rows("adam.adae", "subject_id, astdt", aeterm=found[0]["term"]),
            queries.rows("adam.adtte", paramcd=recurrent.followed_name(name)),
        ]
        label = words.told(words.names.states.get((analysis_id, ""), name))
        notes = [words("recurrent.note"), *_ratios(found, words), *methods_note(counted, words), *_beware(found, words)]
        parts.append(Part(words.joined([label, population]), PrintedTable(header, printed, notes), queries=asked))
    return parts


def _line(rows: list[Row], label: str, times: list[float], words: Words) -> list[str]:
    value: Cells = {(row["statistic"], row["measure"], row["time_months"]): row for row in rows}
    every, first = value.get((RATE, EVERY, None)), value.get((RATE, FIRST, None))
    n, ever = value.get(("n", "", None)), value.get(("count", FIRST, None))
    return [
        label,
        *(whole(row["estimate"]) if row else "" for row in (n, ever)),
        DASH if every is None or every["events"] is None else str(every["events"]),
        *(_interval(row, value, words) for row in (every, first)),
        *(_interval(value.get((MEAN_COUNT, "", at)), value, words) for at in times),
    ]


def _interval(row: Row | None, value: Cells, words: Words) -> str:
    """A rate or mean number with its interval, and what it can be with records in doubt."""
    if row is None:
        return ""
    if row["estimate"] is None:
        return DASH if row["status"] == "suppressed" else words("not_estimable", reason=row["note"])
    shown = measured(row["estimate"])
    if row["ci_low"] is not None and row["ci_high"] is not None:
        shown = f"{shown} ({measured(row['ci_low'])}–{measured(row['ci_high'])})"
    bounds = [value.get((name, row["measure"], None)) for name in ("bound_low", "bound_high")]
    if row["statistic"] != RATE or None in bounds:
        return shown
    low, high = (measured(bound["estimate"]) for bound in bounds if bound is not None)
    return words("with_unknown.percent", percent=shown, low=low, high=high)


def _ratios(found: list[Row], words: Words) -> Iterator[str]:
    for row in found:
        if row["statistic"] != "hazard_ratio":
            continue
        factor = words.factor(row["factor"])
        if row["estimate"] is None:
            yield words("recurrent.refused", factor=factor, reason=row["note"])
        else:
            shown = ratio_interval(row)
            yield words(
                "recurrent.ratio", factor=factor, contrast=row["group_level"], shown=shown, p=p_value(row["p_value"])
            )


def _beware(found: list[Row], words: Words) -> list[str]:
    reasons = dict.fromkeys(
        row["note"] for row in found if row["statistic"] == "n" and not row["factor"] and row["note"]
    )
    return [words("note.beware", reason=one) for one in reasons]


def win_ratio_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per comparison the pairs that each outcome decided, and the ratio."""
    parts = []
    for analysis_id in ids_of(analysis, "win_ratio"):
        found = rows_of(analysis, analysis_id=analysis_id)
        ratio = next(row for row in found if row["statistic"] == RATIO)
        value = {(row["statistic"], row["measure"]): row for row in found}
        printed = [
            [row["group_name"], whole(row["estimate"]), whole(value[LOSSES, row["measure"]]["estimate"]), ""]
            for row in found
            if row["statistic"] == WINS
        ]
        if (TIES, "") in value:
            printed.append([words("win_ratio.ties"), "", "", whole(value[TIES, ""]["estimate"])])
        printed.append([words("win_ratio.ratio"), _ratio(ratio, words), "", ""])
        header = [words(f"win_ratio.{name}") for name in ("outcome", "wins", "losses", "ties")]
        counts = {row["level"]: row for row in found if row["statistic"] == "n"}
        treated, other = (counts[level] for level in (ratio["level"], ratio["reference_level"]))
        compared = words(
            "win_ratio.compared", treated=words.told(ratio["level"]), reference=words.told(ratio["reference_level"]),
            n=whole(treated["estimate"]), other=whole(other["estimate"]), pairs=_pairs(value),
        )  # fmt: skip
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.printed("results.pair", "treated_id, untreated_id", analysis_id=analysis_id),
        ]
        label = words.told(words.names.states.get((analysis_id, ""), analysis_id))
        beware = [words("note.beware", reason=ratio["note"])] if ratio["note"] and ratio["estimate"] is not None else []
        notes = [compared, words("win_ratio.note"), *methods_note([ratio], words), *beware]
        title = words.joined([label, ratio["population"]])
        parts.append(Part(title, PrintedTable(header, printed, notes), queries=asked))
    return parts


def _pairs(value: dict[tuple[str, str], Row]) -> str:
    ties = value.get((TIES, ""))
    return DASH if ties is None else str(ties["n"])


def _ratio(row: Row, words: Words) -> str:
    if row["estimate"] is None:
        return DASH if row["status"] == "suppressed" else words("not_estimable", reason=row["note"])
    return words.joined([ratio_interval(row), p_value(row["p_value"])])
