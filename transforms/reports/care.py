"""Supportive care on a study's page: who was given what in a period, what is unknown or not collected, and days in intensive care and hospital."""

from __future__ import annotations

import polars as pl

from schemas.protocol.care import SECTION
from transforms.analyses.care import AT_RISK, DAYS, NOT_COLLECTED, TABLE
from transforms.reports.numbers import DASH, measured, share_cells, spread, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.reports.safety import BESIDE
from transforms.words import Words
from transforms.words.results import CODES
from transforms.words.safety import period_words


def care_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion and period: a line for each treatment and stay, then the days of stays."""
    parts = []
    for analysis_id in ids_of(analysis, SECTION):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        for period in dict.fromkeys(row["measure"] for row in found):
            of = [row for row in found if row["measure"] == period]
            asked = [
                queries.printed(analysis_id=analysis_id, measure=period),
                queries.rows(TABLE, "treatment, subject_id", infusion_number=infusion, period=period),
            ]
            after = words("after_infusion", infusion=words.infusion(infusion))
            title = words("supportive_care.of_period", infusion=after, period=period_words(period, words))
            parts.append(Part(title, _shares(of, words), queries=asked))
            days = [row for row in of if row["quantity"] == DAYS]
            if days:
                parts.append(Part(table=_days(days, words), queries=asked[1:]))
    return parts


def _shares(found: list[Row], words: Words) -> PrintedTable:
    shares = [row for row in found if row["statistic"] == "proportion"]
    at_risk = next(row for row in found if row["quantity"] == AT_RISK)
    printed = []
    for share in shares:
        of = [row for row in found if row["term"] == share["term"] and not row["quantity"]]
        beside = {row["statistic"]: row for row in of if row["statistic"] in BESIDE}
        missing = NOT_COLLECTED in share[CODES]
        cells = [words("supportive_care.not_collected"), DASH] if missing else share_cells(share, beside, words)
        printed.append([words.sentence(share["group_name"]), *cells])
    header = [
        words("supportive_care.kind"),
        words("supportive_care.given", n=whole(at_risk["estimate"])),
        words("percent_interval"),
    ]
    collected = [row for row in shares if NOT_COLLECTED not in row[CODES]]
    beware = dict.fromkeys(row["note"] for row in collected if row["note"])
    notes = [words("supportive_care.note"), *methods_note(shares, words)]
    return PrintedTable(header, printed, [*notes, *(words("note.beware", reason=one) for one in beware)])


def _days(days: list[Row], words: Words) -> PrintedTable:
    """Median and range of the days of a stay; in brackets the medians that unknown ends leave open."""
    printed = []
    for kind in dict.fromkeys(row["term"] for row in days):
        of = {row["statistic"]: row for row in days if row["term"] == kind}
        known = of["median"]["n"] or 0
        value = {name: row["estimate"] for name, row in of.items()}
        shown = spread(value["median"], value.get("min"), value.get("max")) if value["median"] is not None else DASH
        count = str(known)
        if "unknown" in of:
            count = words("with_unknown.count", count=count, unknown=whole(value["unknown"]))
            low, high = measured(value["bound_low"]), measured(value["bound_high"])
            shown = words("supportive_care.median_bounds", shown=shown, low=low, high=high)
        printed.append([words.sentence(of["median"]["group_name"]), count, shown])
    header = [words("supportive_care.stay"), words("supportive_care.known"), words("supportive_care.days")]
    return PrintedTable(header, printed, [words("supportive_care.days_note")])
