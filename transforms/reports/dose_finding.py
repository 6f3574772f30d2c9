"""The ledger of dose finding on a study's page: cohort by cohort what was seen, and what the design recommended on that day."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.protocol.dose_finding import OF, SECTION
from transforms.analyses.dose_finding import BY_LEVEL, COHORT, DECIDED, FIRST_DAY, MODELLED, OUTSIDE, RECOMMENDED
from transforms.reports.numbers import DASH, percent, share_cells, whole
from transforms.reports.parts import Part, PrintedTable, Row, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

BESIDE = ("unknown", "bound_low", "bound_high")


def dose_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """The ledger, then what was seen at each level; nothing where the protocol has no design."""
    found = rows_of(analysis, analysis_id=SECTION)
    if not found:
        return []
    asked = [queries.printed(analysis_id=SECTION), queries.rows("adam.adex"), queries.rows("adam.adae")]
    design = words("dose_finding.ledger", design=words(f"dose_finding.design.{words.names.dose_design}"))
    return [Part(design, _ledger(found, words), queries=asked), Part(table=_levels(found, words))]


def _ledger(found: list[Row], words: Words) -> PrintedTable:
    cohorts = list(dict.fromkeys(row["measure"] for row in found if row["statistic"] == COHORT))
    printed = []
    for measure in cohorts:
        value = {row["statistic"]: row for row in found if row["measure"] == measure}
        said = value[RECOMMENDED]
        printed.append([
            measure.partition(OF)[0], value[COHORT]["group_name"], str(value[COHORT]["n"]), whole(value[COHORT]["estimate"]),
            whole(value[FIRST_DAY]["estimate"]), whole(value[DECIDED]["estimate"]), _level(said, words), said["note"],
        ])  # fmt: skip
    columns = ("cohort", "level", "subjects", "dlts", "first_day", "decided_on", "recommended", "why")
    header = [words(f"dose_finding.{column}") for column in columns]
    return PrintedTable(header, printed, [words("dose_finding.days"), *_notes(found, words)])


def _level(row: Row, words: Words) -> str:
    """The level that is recommended, as the protocol calls it."""
    if row["estimate"] is None:
        return DASH
    labels = [label for (analysis, _), label in words.names.states.items() if analysis == SECTION]
    return words.told(labels[int(row["estimate"]) - 1])


def _notes(found: list[Row], words: Words) -> Iterator[str]:
    outside = next((row for row in found if row["measure"] == OUTSIDE), None)
    if outside:
        yield words("dose_finding.outside", n=whole(outside["estimate"]), of=outside["n"])


def _levels(found: list[Row], words: Words) -> PrintedTable:
    rows = [row for row in found if row["statistic"] == BY_LEVEL]
    modelled = {row["measure"]: row for row in found if row["statistic"] == MODELLED}
    printed = []
    for row in rows:
        beside = {
            one["statistic"]: one for one in found if one["measure"] == row["measure"] and one["statistic"] in BESIDE
        }
        line = [row["group_name"], *share_cells(row, beside, words)]
        printed.append([*line, percent(modelled[row["measure"]]["estimate"])] if modelled else line)
    header = [words("dose_finding.level"), words("dose_finding.dlts"), words("percent_interval")]
    return PrintedTable(
        [*header, words("dose_finding.modelled")] if modelled else header, printed, methods_note(rows, words)
    )
