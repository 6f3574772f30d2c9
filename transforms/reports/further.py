"""What a protocol asks beyond its usual figures: a table per analysis, and curves where there are some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from schemas.tables.results import KEY_COLUMNS
from transforms.figures import draw_survival
from transforms.figures.curves import Curve
from transforms.reports.numbers import (
    DASH,
    measured,
    months,
    p_value,
    percent_interval,
    ratio,
    ratio_interval,
    signed_interval,
    spread,
)
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Names, Words
from transforms.words.further import BOUNDS, FURTHER, RANGE, SEVERAL_TESTS, further_line, further_subject
from transforms.words.results import ResultWords

SUPPRESSED = "suppressed"


def further_parts(
    analysis: pl.DataFrame, curve: pl.DataFrame, names: Names, queries: Queries, words: Words
) -> dict[str, list[Part]]:
    """By section, a part per analysis: its table, its curves, and what they have to be read with.

    analysis: rows of results.analysis in words. curve: rows of results.curve.
    """
    told = ResultWords(names, words)
    return {
        section: [
            _part(rows_of(analysis, analysis_id=name), curve.filter(analysis_id=name), queries, told)
            for name in ids_of(analysis, section)
        ]
        for section in FURTHER
    }


def _part(rows: list[Row], curve: pl.DataFrame, queries: Queries, told: ResultWords) -> Part:
    first = rows[0]
    title = further_title(first, told)
    asked = [queries.printed(analysis_id=first["analysis_id"])]
    if curve.height:
        asked.append(queries.curve(analysis_id=first["analysis_id"]))
    figure = _figure(curve, title, told)
    return Part(title, further_table(rows, told), figure, asked, aside=first["population"])


def further_title(row: Row, told: ResultWords) -> str:
    """What the analysis of a row is about, and what is asked of it."""
    heading = told.words(f"further.heading.{row['section']}")
    return told.words("further.title", what=further_subject({**row, "factor": ""}, told), heading=heading)


def further_table(rows: list[Row], told: ResultWords) -> PrintedTable:
    """A line per row under the factor it is split by, and beneath them methods, tests and cautions."""
    words = told.words
    printed: list[list[str]] = []
    for group in dict.fromkeys(row["group_name"] for row in rows):
        printed += [[group]] if group else []
        of_group = [row for row in rows if row["group_name"] == group]
        printed += [
            _line(row, _beside(row, of_group), told) for row in of_group if row["statistic"] not in (*BOUNDS, *RANGE)
        ]
    adjusted = rows[0]["section"] == SEVERAL_TESTS
    estimate, p = (words("further.plain"), words("further.adjusted")) if adjusted else (words("estimate_interval"), "p")
    header = [words("further.what"), estimate, p, words("subjects")]
    tests = dict.fromkeys(words.method(row["p_method"]) for row in rows if row["p_method"])
    beware = dict.fromkeys(row["note"] for row in rows if row["note"] and row["status"] == "estimated")
    notes = [
        *methods_note([row for row in rows if row["ci_low"] is not None or row["ci_high"] is not None], words),
        *([words("further.tests", tests=words.apart(tests))] if tests else []),
        *(words("note.beware", reason=reason) for reason in beware),
        *(_missing(row, told) for row in rows if _is_missing(row)),
    ]
    return PrintedTable(header, printed, notes)


def _beside(row: Row, rows: list[Row]) -> dict[str, Row]:
    """The bounds that what is unknown leaves of a row, and the range of a median, by their statistic."""
    same = [name for name in (*KEY_COLUMNS, "unit") if name not in ("statistic", "measure")]
    return {
        other["statistic"]: other
        for other in rows
        if (
            (other["statistic"] in BOUNDS and other["measure"] == row["statistic"])
            or (other["statistic"] in RANGE and (other["measure"], row["statistic"]) == (row["measure"], "median"))
        )
        and all(other[name] == row[name] for name in same)
    }


def _line(row: Row, beside: dict[str, Row], told: ResultWords) -> list[str]:
    words = told.words
    name, unit = words.sentence(further_line(row, told)), _unit(row, words)
    label = words("with_unit", name=name, unit=unit) if unit else name
    if row["status"] == SUPPRESSED:
        shown = percent_interval(row)
    elif _is_missing(row):
        shown = words("model.see_below")
    else:
        shown = _shown(row, words)
    if row["status"] != SUPPRESSED and all(name in beside for name in BOUNDS):
        low, high = (_shown(beside[name], words) or DASH for name in BOUNDS)
        shown = words("further.with_unknown", shown=shown, low=low, high=high)
    if row["status"] != SUPPRESSED and all(name in beside for name in RANGE):
        shown = spread(row["estimate"], *(beside[name]["estimate"] for name in RANGE))
    p = p_value(row["p_value"]) if row["p_value"] is not None else ""
    return [label, shown, p, "" if row["n"] is None else str(row["n"])]


def _is_missing(row: Row) -> bool:
    return row["status"] == "not estimable" and row["statistic"] not in BOUNDS


def _missing(row: Row, told: ResultWords) -> str:
    """Why a line has no number, and from where on it lies where that much is known."""
    words = told.words
    what = words.sentence(further_line(row, told))
    low = [words("further.at_least", low=ratio(row["ci_low"]))] if row["ci_low"] is not None else []
    group = [words.sentence(row["group_name"])] if row["group_name"] else []
    return words("note.of", what=words.joined([*group, what]), reason=words.apart([row["note"], *low]))


def _unit(row: Row, words: Words) -> str:
    """What stands behind the line: of a difference of shares percentage points."""
    if row["unit"] == "fraction":
        return words("further.points") if is_difference(row) else "%"
    return "" if row["unit"] in ("ratio", "chi-square", "subjects", "p", "score") else words.unit(row["unit"])


def is_difference(row: Mapping[str, Any]) -> bool:
    """Whether a row, or the bound of one, is a difference, which is printed with its sign."""
    return any(str(row.get(name, "")).endswith("difference") for name in ("statistic", "measure"))


def _shown(row: Row, words: Words) -> str:
    if row["estimate"] is None or row["unit"] == "chi-square":
        return ""
    if is_difference(row):
        return signed_interval(row, words, scale=100 if row["unit"] == "fraction" else 1)
    return SHOWN.get(row["unit"], _measured)(row)


def _ratio(row: Row) -> str:
    known = row["ci_low"] is not None or row["ci_high"] is not None
    return ratio_interval(row) if known else ratio(row["estimate"])


def _measured(row: Row) -> str:
    number = months if row["unit"] == "months" else measured
    if row["ci_low"] is None or row["ci_high"] is None:
        return number(row["estimate"])
    return f"{number(row['estimate'])} ({number(row['ci_low'])}–{number(row['ci_high'])})"


# How an estimate with its interval is printed, by its unit.
SHOWN: dict[str, Callable[[Row], str]] = {
    "fraction": percent_interval,
    "ratio": _ratio,
    "p": lambda row: p_value(row["estimate"]),
    # Between a good and a useless prediction lie a few hundredths.
    "score": lambda row: f"{row['estimate']:.3f}",
}


def _figure(curve: pl.DataFrame, title: str, told: ResultWords) -> str:
    """The curves of an analysis: those of the first factor that has some."""
    if not curve.height:
        return ""
    rows = curve.filter(factor=curve["factor"][0])
    curves = [
        Curve(
            told.words.told(told.names.further.get(f"{rows['analysis_id'][0]}.{level}", level)),
            rows.filter(level=level).sort("time_months"),
        )
        for level in rows["level"].unique(maintain_order=True)
    ]
    return draw_survival(curves, title, told.words)
