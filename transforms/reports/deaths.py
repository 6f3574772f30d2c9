"""Table of deaths by class among those infused."""

from __future__ import annotations

import polars as pl

from schemas.death_classes import SECTION
from transforms.analyses.deaths import DEATH_CLASS
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.reports.numbers import share_cells
from transforms.reports.parts import Part, PrintedTable, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

INDENT = "– "


def death_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """All deaths, non-relapse deaths, each class; nothing where the protocol does not ask."""
    found = rows_of(analysis, section=SECTION)
    if not found:
        return []
    printed = []
    for row in found:
        if row["statistic"] != "proportion":
            continue
        of_name = [one for one in found if (one["measure"], one["level"]) == (row["measure"], row["level"])]
        beside = {one["statistic"]: one for one in of_name if one["statistic"] in (UNKNOWN, LOWEST, HIGHEST)}
        name = f"{INDENT}{row['group_level']}" if row["measure"] == DEATH_CLASS else row["group_name"]
        printed.append([name, *share_cells(row, beside, words)])
    beware = dict.fromkeys(row["note"] for row in found if row["note"])
    notes = [
        words("death_classes.note"),
        *methods_note(found, words),
        *(words("note.beware", reason=one) for one in beware),
    ]
    asked = [queries.printed(section=SECTION), queries.rows("adam.adsl")]
    header = [words("death_classes.of"), words("response.share"), words("percent_interval")]
    title = words("after_infusion", infusion=words.infusion(found[0]["infusion"]))
    return [Part(title, PrintedTable(header, printed, notes), queries=asked)]
