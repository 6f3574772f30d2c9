"""What happened to each subject, drawn: lanes of a swimmer plot, bars of a waterfall, recoveries."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import polars as pl

from schemas.units import DAYS_PER_MONTH
from transforms.figures import Bar, Lane, draw_swimmer, draw_waterfall
from transforms.reports.numbers import spread
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words

HAPPENINGS = ("relapse", "transplant", "death", "next_infusion")
RECOVERIES = ("neutrophil_recovery", "platelet_recovery", "immunoglobulin_recovery", "b_cell_recovery", "car_t_loss")

Tables = Mapping[str, pl.DataFrame]


def swimmer_part(tables: Tables, queries: Queries, words: Words) -> Part:
    """One lane per infused subject; no figure where nobody was infused."""
    infused = tables["adam.adsl"].filter(pl.col("trt01dt").is_not_null()).sort("subject_id")
    events = _happenings(tables, infused)
    lanes = []
    for row in infused.iter_rows(named=True):
        last = row["dthdt"] or row["lstalvdt"] or row["trt01dt"]
        own = events.filter(subject_id=row["subject_id"])
        happened = {what: list(rows["months"]) for (what,), rows in own.group_by("what")}
        months = max(0.0, (last - row["trt01dt"]).days / DAYS_PER_MONTH)
        lanes.append(Lane(months, row["dthdt"] is None, "", happened))
    figure = draw_swimmer(lanes, words("courses.title"), words) if lanes else ""
    asked = [
        queries.rows("adam.adsl"),
        queries.rows("adam.adevent", "subject_id, eventdt", happening=HAPPENINGS),
        queries.rows("adam.adrs", "subject_id, infusion_number", respfl="Y"),
    ]
    return Part(figure=figure, queries=asked)


def _happenings(tables: Tables, infused: pl.DataFrame) -> pl.DataFrame:
    """subject_id, what, months since the first infusion."""
    first = infused.select("subject_id", "trt01dt")
    dated = tables["adam.adevent"].filter(pl.col("happening").is_in(HAPPENINGS))
    remissions = tables["adam.adrs"].filter(respfl="Y")
    return (
        pl.concat(
            [
                dated.select("subject_id", what="happening", on="eventdt"),
                remissions.select("subject_id", what=pl.lit("remission"), on="adt"),
            ]
        )
        .join(first, on="subject_id")
        .with_columns(months=(pl.col("on") - pl.col("trt01dt")).dt.total_days() / DAYS_PER_MONTH)
        # The first infusion is where the lane begins.
        .filter((pl.col("months") > 0) | (pl.col("what") != "next_infusion"), pl.col("months") >= 0)
        .select("subject_id", "what", "months")
    )


def waterfall_parts(tables: Tables, queries: Queries, words: Words) -> list[Part]:
    """A figure per infusion after which blasts were counted in three subjects or more."""
    before = tables["adam.adsl"].select("subject_id", before="blasts_pct")
    after = tables["core.response"].filter(pl.col("valid_to").is_null()).select("record_id", after="marrow_blasts_pct")
    assessed = (
        tables["adam.adrs"]
        .filter(pl.col("adt").is_not_null())
        .join(before, on="subject_id")
        .join(after, left_on="srcseq", right_on="record_id")
    )
    found = []
    for infusion in sorted(int(number) for number in assessed["infusion_number"].unique()):
        rows = assessed.filter(infusion_number=infusion)
        counted = rows.drop_nulls(["before", "after"])
        if counted.height < 3:
            continue
        bars = [
            Bar(after - before, response) for before, after, response in counted["before", "after", "avalc"].iter_rows()
        ]
        note = words("courses.blasts_note", counted=counted.height, assessed=rows.height)
        title = words("courses.blasts", infusion=words.infusion(infusion))
        asked = [queries.rows("adam.adrs", infusion_number=infusion), queries.rows("adam.adsl")]
        figure = draw_waterfall(bars, title, words)
        found.append(Part(title, PrintedTable([], [], [note]), figure, asked))
    return found


def recovery_part(tables: Tables, queries: Queries, words: Words) -> Part:
    """How many subjects recovered what, and when after the first infusion; no row where no recovery is on record."""
    first = tables["adam.adsl"].select("subject_id", "trt01dt").drop_nulls()
    reached = (
        tables["adam.adevent"]
        .group_by("subject_id", "happening")
        .agg(pl.col("eventdt").min())
        .join(first, on="subject_id")
        .with_columns(days=(pl.col("eventdt") - pl.col("trt01dt")).dt.total_days())
    )
    rows = []
    for happening in RECOVERIES:
        days = reached.filter(happening=happening)["days"].sort().to_list()
        if days:
            shown = words("n_of", n=len(days), of=first.height)
            rows.append([words(f"happening.{happening}"), shown, spread(median(days), days[0], days[-1])])
    header = [words("recovery.title"), words("subjects"), words("recovery.day")]
    asked = [queries.rows("adam.adevent", "subject_id, eventdt"), queries.rows("adam.adsl")]
    return Part(words("recovery.heading"), PrintedTable(header, rows), queries=asked)
