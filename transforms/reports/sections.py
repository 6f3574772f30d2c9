"""The sections of a study's page, from rows of results.analysis: lists of printed cells, ready for the template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.reports.numbers import count_of, measured, p_value, percent, percent_interval

Row = dict[str, Any]


@dataclass(frozen=True)
class PrintedTable:
    """A table as printed: header, rows of cells, notes beneath."""

    header: list[str]
    rows: list[list[str]]
    notes: list[str]


def rows_of(analysis: pl.DataFrame, **which: str) -> list[Row]:
    """Rows of results.analysis that match, in print order."""
    return analysis.filter(**which).sort("position").to_dicts()


def methods_note(rows: list[Row]) -> list[str]:
    """The methods named in the rows, as one note."""
    methods = list(dict.fromkeys(row["method"] for row in rows if row["method"]))
    return [f"Intervals: {'; '.join(methods)}."] if methods else []


def baseline_table(analysis: pl.DataFrame, subjects: int) -> PrintedTable:
    """Characteristics at enrollment: counts by level, median and range of measured ones, and what is missing."""
    found = rows_of(analysis, section="baseline")
    names = list(dict.fromkeys(row["group_name"] for row in found))
    printed: list[list[str]] = []
    for name in names:
        of_name = [row for row in found if row["group_name"] == name]
        missing = next((int(row["estimate"]) for row in of_name if row["statistic"] == "n_missing"), 0)
        printed += _counted(name, of_name, missing) if of_name[0]["group_level"] else _measured(name, of_name, missing)
    return PrintedTable(["Characteristic", f"All subjects (N = {subjects})", "Missing"], printed, [])


def _counted(name: str, rows: list[Row], missing: int) -> Iterator[list[str]]:
    yield [name, "", str(missing)]
    for row in rows:
        if row["statistic"] == "proportion":
            yield [f"\u2003{row['group_level']}", _share(row), ""]


def _share(row: Row) -> str:
    return "–" if row["events"] is None else f"{row['events']} ({percent(row['estimate'])} %)"


def _measured(name: str, rows: list[Row], missing: int) -> Iterator[list[str]]:
    value = {row["statistic"]: row["estimate"] for row in rows}
    spread = f"{measured(value['median'])} ({measured(value['min'])}–{measured(value['max'])})"
    yield [f"{name} ({rows[0]['unit']}), median (range)", spread, str(missing)]


def losses_table(analysis: pl.DataFrame) -> PrintedTable:
    """Site and antigens of relapses, and causes of death; empty where nobody relapsed or died."""
    found = [*rows_of(analysis, section="relapse"), *rows_of(analysis, section="death")]
    printed: list[list[str]] = []
    for name in dict.fromkeys(row["group_name"] for row in found):
        of_name = [row for row in found if row["group_name"] == name]
        printed.append([f"{name} ({of_name[0]['population']})", "", ""])
        printed += [[f"\u2003{row['group_level']}", count_of(row), percent_interval(row)] for row in of_name]
    return PrintedTable(["", "n/N", "% (95 % interval)"], printed, methods_note(found))


def response_tables(analysis: pl.DataFrame) -> list[tuple[str, PrintedTable]]:
    """Per infusion: every category among evaluable and among enrolled subjects; then by group."""
    tables = []
    for analysis_id in _ids(analysis, "response"):
        found = rows_of(analysis, analysis_id=analysis_id)
        overall = [row for row in found if not row["group_name"]]
        tables.append((f"After infusion {analysis_id.removeprefix('response.i')}", _by_denominator(overall)))
        for name in dict.fromkeys(row["group_name"] for row in found if row["group_name"]):
            of_group = [row for row in found if row["group_name"] == name]
            tables.append((f"By {name}", _response_by_group(of_group)))
    return tables


def _by_denominator(rows: list[Row]) -> PrintedTable:
    levels = list(dict.fromkeys(row["group_level"] for row in rows))
    cells = {(row["population"], row["group_level"]): row for row in rows}
    printed = []
    for level in levels:
        line = [level]
        for population in ("evaluable", "enrolled"):
            row = cells.get((population, level))
            line += [count_of(row), percent_interval(row)] if row else ["", ""]
        printed.append(line)
    header = ["Response", "Evaluable n/N", "% (95 % interval)", "Enrolled n/N", "% (95 % interval)"]
    return PrintedTable(header, printed, methods_note(rows))


def _response_by_group(rows: list[Row]) -> PrintedTable:
    printed = [
        [row["group_level"], count_of(row), percent_interval(row)]
        for row in rows
        if row["statistic"] == "proportion" and (row["estimate"] is not None or row["status"] == "suppressed")
    ]
    compared = [row for row in rows if row["statistic"] == "comparison"]
    notes = [
        f"{p_value(row['p_value'])} ({row['p_method']})"
        if row["p_value"] is not None
        else f"Not compared: {row['note']}"
        for row in compared
    ]
    return PrintedTable(["Group", "n/N", "% (95 % interval)"], printed, notes)


def toxicity_tables(analysis: pl.DataFrame) -> list[tuple[str, PrintedTable]]:
    """Per infusion: any grade, severe, onset and duration of each adverse event."""
    return [
        (
            f"After infusion {analysis_id.removeprefix('toxicity.i')}",
            _toxicity(rows_of(analysis, analysis_id=analysis_id)),
        )
        for analysis_id in _ids(analysis, "toxicity")
    ]


def _toxicity(rows: list[Row]) -> PrintedTable:
    printed, scales = [], {}
    for term in dict.fromkeys(row["group_name"] for row in rows):
        of_term = [row for row in rows if row["group_name"] == term]
        shares = [row for row in of_term if row["statistic"] == "proportion"]
        cells = [cell for row in shares for cell in (count_of(row), percent_interval(row))]
        printed.append([term, *cells, _days(of_term, "onset"), _days(of_term, "duration")])
        scales[term] = shares[0]["note"]
    severe = next((row["group_level"] for row in rows if row["group_level"].startswith("grade")), "severe")
    header = ["Adverse event", "Any grade n/N", "% (95 % interval)", f"{severe.capitalize()} n/N", "% (95 % interval)",
              "Onset, days", "Duration, days"]  # fmt: skip
    graded = "; ".join(f"{term}: {scale}" for term, scale in scales.items())
    notes = [f"Graded by {graded}. Onset and duration: median (range)."]
    return PrintedTable(
        header, printed, notes + methods_note([row for row in rows if row["statistic"] == "proportion"])
    )


def _days(rows: list[Row], what: str) -> str:
    value = {row["statistic"]: row["estimate"] for row in rows if row["group_level"] == what}
    if "median" not in value:
        return "–"
    return f"{measured(value['median'])} ({measured(value['min'])}–{measured(value['max'])})"


def _ids(analysis: pl.DataFrame, section: str) -> list[str]:
    return list(dict.fromkeys(row["analysis_id"] for row in rows_of(analysis, section=section)))
