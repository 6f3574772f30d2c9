"""Vein to vein on a study's page: how far products came, how long it took, and their attributes by response."""

from __future__ import annotations

import polars as pl

from schemas.protocol.vein_to_vein import ATTRIBUTES, INTERVALS, SECTION
from transforms.analyses.vein_to_vein import RESPONSES
from transforms.reports.numbers import DASH, spread, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, rows_of
from transforms.reports.queries import Queries
from transforms.reports.sections import INDENT
from transforms.words import Words


def vein_to_vein_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: counts with reasons, then times, then attributes, where any is known."""
    parts = []
    for analysis_id in ids_of(analysis, SECTION):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        rows = queries.rows("adam.adv2v", infusion_number=infusion)
        asked = [queries.printed(analysis_id=analysis_id), rows]
        title = words("vein_to_vein.products", infusion=words.infusion(infusion))
        parts.append(Part(title, _counts(found, words), queries=asked))
        parts.append(
            Part(
                table=_times(found, words), queries=[queries.printed(analysis_id=analysis_id, measure=INTERVALS), rows]
            )
        )
        if any(row["measure"] in ATTRIBUTES for row in found):
            asked = [queries.printed(analysis_id=analysis_id, measure=tuple(ATTRIBUTES)), rows]
            parts.append(Part(table=_attributes(found, words), queries=asked))
    return parts


def _counts(found: list[Row], words: Words) -> PrintedTable:
    printed = [[_told(row, words), whole(row["estimate"])] for row in found if row["statistic"] == "count"]
    beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "count" and row["note"])
    notes = [words("vein_to_vein.note"), *(words("note.beware", reason=one) for one in beware)]
    return PrintedTable(["", words("vein_to_vein.subjects")], printed, notes)


def _told(row: Row, words: Words) -> str:
    """What is counted; beneath those not infused, why."""
    if row["level"]:
        return INDENT + words(f"result.flow.reason.{row['level']}")
    return words.sentence(words(f"vein_to_vein.{row['measure']}"))


def _times(found: list[Row], words: Words) -> PrintedTable:
    printed = [[words.sentence(words(f"vein_to_vein.{name}")), *_spread(_of(found, name))] for name in INTERVALS]
    return PrintedTable(["", words("vein_to_vein.known"), words("vein_to_vein.days")], printed)


def _attributes(found: list[Row], words: Words) -> PrintedTable:
    header = [words("vein_to_vein.attribute")]
    for group in RESPONSES:
        told = words.sentence(words(f"vein_to_vein.{group}"))
        header += [words("vein_to_vein.group", group=told), words("vein_to_vein.median")]
    printed = [
        [words.sentence(words(f"vein_to_vein.{name}")), *(cell for group in RESPONSES for cell in _spread(_of(found, name, group)))]
        for name in ATTRIBUTES
        if _of(found, name, next(iter(RESPONSES)))
    ]  # fmt: skip
    return PrintedTable(header, printed, [words("vein_to_vein.attribute_note")])


def _of(found: list[Row], measure: str, group: str = "") -> dict[str, Row]:
    return {
        row["statistic"]: row
        for row in found
        if (row["measure"], row["quantity"]) == (measure, group) and row["statistic"] != "count"
    }


def _spread(value: dict[str, Row]) -> list[str]:
    middle = value["median"]
    if middle["estimate"] is None:
        return ["0", DASH]
    return [str(middle["n"]), spread(*(value[name]["estimate"] for name in ("median", "min", "max")))]
