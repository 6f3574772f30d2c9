"""Key risk indicators of sites as the page of a study prints them: each site against all, its exact limits, and since when it is flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.reports.numbers import DASH, percent
from transforms.reports.parts import Part, PrintedTable, Row
from transforms.reports.queries import Queries
from transforms.site_indicators import SHARES
from transforms.words import Words

COLUMNS = ("site", "events", "exposure", "rate", "expected", "limits", "state")


def indicators_part(
    indicators: pl.DataFrame, sites: Mapping[str, str], smallest: int | None, queries: Queries, words: Words
) -> Part:
    """The latest day of results.site_indicator; a part without a table where the protocol asks for none.

    sites: names by id. smallest: counts below it are not shown, nor the next smallest where it would give one away.
    """
    latest = indicators.filter("latest")
    if latest.is_empty():
        return Part()
    printed: list[list[str]] = []
    flagged: list[str] = []
    for name in dict.fromkeys(latest["indicator"]):
        rows = latest.filter(indicator=name).sort("site_id").to_dicts()
        hidden = _hidden(rows, smallest)
        printed.append([words(f"indicator.{name}", rate=_rate(rows[0], rows[0]["rate_all"]))])
        printed += [_line(row, sites, hidden, words) for row in rows]
        flagged += [_flagged(row, sites, words) for row in rows if row["flag"] and row["site_id"] not in hidden]
    notes = [*flagged, words("indicator.note", confidence=f"{100 * latest['confidence'][0]:g}%", day=latest["day"][0])]
    if smallest:
        notes.append(words("indicator.suppressed", smallest=smallest))
    table = PrintedTable([words(f"indicator.column.{column}") for column in COLUMNS], printed, notes)
    asked = queries.printed("results.site_indicator", "indicator, site_id, day", latest=True)
    return Part(words("indicator.title"), table, queries=[asked])


def _hidden(rows: Sequence[Row], smallest: int | None) -> set[str]:
    """Sites whose counts are small; where that is one alone, the next smallest with it, or the rate of all would give it away."""
    if not smallest:
        return set()
    small = {row["site_id"] for row in rows if _is_small(row, smallest)}
    others = sorted(
        (row for row in rows if row["site_id"] not in small), key=lambda row: (row["events"], row["site_id"])
    )
    return small | {others[0]["site_id"]} if len(small) == 1 and others else small


def _is_small(row: Row, smallest: int) -> bool:
    remainder = row["exposure"] - row["events"] if row["indicator"] in SHARES else smallest
    return 0 < row["events"] < smallest or 0 < remainder < smallest


def _line(row: Row, sites: Mapping[str, str], hidden: set[str], words: Words) -> list[str]:
    called = words.told(sites.get(row["site_id"], row["site_id"]))
    if row["site_id"] in hidden:
        return [called, *[DASH] * (len(COLUMNS) - 1)]
    return [
        called,
        str(row["events"]),
        _size(row),
        _rate(row, row["rate"]),
        f"{row['expected']:.1f}",
        f"{row['lowest']:.0f}–{row['highest']:.0f}",
        words(f"indicator.flag.{row['flag']}") if row["flag"] else "",
    ]


def _flagged(row: Row, sites: Mapping[str, str], words: Words) -> str:
    """Since when a site is flagged, and why."""
    return words(
        f"indicator.why.{row['flag']}",
        site=words.told(sites.get(row["site_id"], row["site_id"])),
        indicator=words(f"indicator.short.{row['indicator']}"),
        events=row["events"],
        expected=f"{row['expected']:.1f}",
        limit=f"{row['highest' if row['flag'] == 'high' else 'lowest']:.0f}",
        p=f"{row['p_value']:.2g}",
        since=row["since"],
    )


def _size(row: Row) -> str:
    return f"{row['exposure']:.1f}" if row["unit"] == "subject_months" else f"{row['exposure']:.0f}"


def _rate(row: Row, rate: float | None) -> str:
    if rate is None:
        return DASH
    return f"{percent(rate)}%" if row["indicator"] in SHARES else f"{rate:.2f}"
