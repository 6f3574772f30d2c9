"""Deaths by class among those infused: a table of shares, and a list with a line for each death."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.death_classes import SECTION
from transforms.analyses.deaths import DEATH_CLASS, with_death_class
from transforms.analyses.unknown import HIGHEST, LOWEST, UNKNOWN
from transforms.reports.numbers import DASH, share_cells
from transforms.reports.parts import NO_LINKS, Part, PrintedTable, Row, methods_note, rows_of
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


def classed_deaths_part(
    adsl: pl.DataFrame, adex: pl.DataFrame, queries: Queries, words: Words, links: Mapping[str, str] = NO_LINKS
) -> Part:
    """Every death with its class, its days since the first and since the last infusion, and its cause. Rows of single subjects. links: the page of each."""
    died = with_death_class(adsl.filter(pl.col("dthdt").is_not_null()))
    before = adex.join(died.select("subject_id", "dthdt"), on="subject_id").filter(
        pl.col("infusiondt") <= pl.col("dthdt")
    )
    last = before.group_by("subject_id").agg(lastdt=pl.col("infusiondt").max())
    since = pl.col("dthdt") - pl.coalesce("trt01dt", "trt02dt", "enrldt")
    listed = died.join(last, on="subject_id", how="left").with_columns(
        day=since.dt.total_days(), after_last=(pl.col("dthdt") - pl.col("lastdt")).dt.total_days()
    )
    printed = [_listed(row, words) for row in listed.sort("day", "subject_id").iter_rows(named=True)]
    header = [words(f"deaths.{column}") for column in ("subject", "day", "after_last", "class", "cause", "relapse")]
    asked = [queries.rows("adam.adsl"), queries.rows("adam.adex", "subject_id, infusion_number")]
    return Part(words("deaths.title"), PrintedTable(header, printed, links=links), queries=asked)


def _listed(row: Row, words: Words) -> list[str]:
    """A death; who died without any infusion has no class."""
    relapsed = row["relapsedt"]
    return [
        row["subject_id"],
        str(row["day"]),
        DASH if row["after_last"] is None else str(row["after_last"]),
        DASH if row["after_last"] is None else words(f"result.loss.{row[DEATH_CLASS]}"),
        words.told(row["dthcaus"]) if row["dthcaus"] else words("result.loss.not_reported"),
        DASH if relapsed is None else str((relapsed - row["dthdt"]).days + row["day"]),
    ]
