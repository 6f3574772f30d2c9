"""Prolonged cytopenia on a study's page: counts that have not recovered by a day, what is open, and who is no longer at risk."""

from __future__ import annotations

import polars as pl

from schemas.protocol.cytopenia import SECTION
from transforms.analyses.cytopenia import AT_RISK, LEFT, TABLE
from transforms.reports.numbers import share_cells, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.reports.safety import BESIDE
from transforms.words import Words


def cytopenia_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: a line for each day and count; then who is at risk on each day, and why the others are not."""
    parts = []
    for analysis_id in ids_of(analysis, SECTION):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        title = words("after_infusion", infusion=words.infusion(infusion))
        rows = queries.rows(TABLE, "askdy, paramcd, subject_id", infusion_number=infusion)
        asked = [queries.printed(analysis_id=analysis_id), rows]
        parts += [
            Part(title, _counts(found, words), queries=asked),
            Part(table=_standing(found, words), queries=[rows]),
        ]
    return parts


def _counts(found: list[Row], words: Words) -> PrintedTable:
    """A count on a day: who has not recovered among those known, with what is not known."""
    shares = [row for row in found if row["statistic"] == "proportion"]
    printed = []
    for share in shares:
        of = [row for row in found if (row["measure"], row["term"]) == (share["measure"], share["term"])]
        beside = {row["statistic"]: row for row in of if row["statistic"] in BESIDE}
        at_risk = next(row for row in found if row["measure"] == share["measure"] and row["quantity"] == AT_RISK)
        line = words("prolonged_cytopenia.line", day=share["measure"], count=share["group_name"])
        printed.append([line, whole(at_risk["estimate"]), *share_cells(share, beside, words)])
    header = [words("prolonged_cytopenia.count"), words("prolonged_cytopenia.at_risk")]
    header += [words("prolonged_cytopenia.severe", grade=shares[0]["group_level"]), words("percent_interval")]
    beware = dict.fromkeys(row["note"] for row in shares if row["note"])
    notes = [words("prolonged_cytopenia.note"), *methods_note(shares, words)]
    return PrintedTable(header, printed, [*notes, *(words("note.beware", reason=one) for one in beware)])


def _standing(found: list[Row], words: Words) -> PrintedTable:
    """A line for each day; what happened to nobody by any of them has no column."""
    counts = [row for row in found if row["quantity"]]
    seen = [name for name in LEFT if any(row["estimate"] for row in counts if row["quantity"] == name)]
    printed = []
    for day in dict.fromkeys(row["measure"] for row in counts):
        of = {row["quantity"]: row for row in counts if row["measure"] == day}
        cells = [whole(of[name]["estimate"]) for name in (AT_RISK, *seen)]
        printed.append([words("prolonged_cytopenia.day", day=day), str(of[AT_RISK]["n"]), *cells])
    header = [
        words("prolonged_cytopenia.of_day"),
        words("prolonged_cytopenia.infused"),
        *(words(f"prolonged_cytopenia.{name}") for name in (AT_RISK, *seen)),
    ]
    return PrintedTable(header, printed, [words("prolonged_cytopenia.standing_note")])
