"""What happened to each subject, drawn: lanes of a swimmer plot, bars of a waterfall, recoveries."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import polars as pl

from transforms.analyses.study_data import DAYS_PER_MONTH
from transforms.figures import Bar, Lane, draw_swimmer, draw_waterfall
from transforms.reports.sections import PrintedTable

HAPPENINGS = {"relapse": "relapse", "transplant": "transplant", "death": "death", "next_infusion": "further infusion"}
RECOVERIES = {
    "neutrophil_recovery": "neutrophil recovery",
    "platelet_recovery": "platelet recovery",
    "immunoglobulin_recovery": "immunoglobulin recovery",
    "b_cell_recovery": "B-cell recovery",
    "car_t_loss": "CAR-T loss",
}

Tables = Mapping[str, pl.DataFrame]


def swimmer_figure(tables: Tables) -> str:
    """One lane per infused subject; empty where nobody was infused."""
    infused = tables["adam.adsl"].filter(pl.col("trt01dt").is_not_null()).sort("subject_id")
    events = _happenings(tables, infused)
    lanes = []
    for row in infused.iter_rows(named=True):
        last = row["dthdt"] or row["lstalvdt"] or row["trt01dt"]
        own = events.filter(subject_id=row["subject_id"])
        happened = {what: list(rows["months"]) for (what,), rows in own.group_by("what")}
        months = max(0.0, (last - row["trt01dt"]).days / DAYS_PER_MONTH)
        lanes.append(Lane(months, row["dthdt"] is None, "", happened))
    return draw_swimmer(lanes, "Course of each subject") if lanes else ""


def _happenings(tables: Tables, infused: pl.DataFrame) -> pl.DataFrame:
    """subject_id, what, months since the first infusion."""
    first = infused.select("subject_id", "trt01dt")
    dated = tables["adam.adevent"].select(
        "subject_id", pl.col("happening").replace_strict(HAPPENINGS, default=None).alias("what"), "eventdt"
    )
    remissions = (
        tables["adam.adrs"].filter(respfl="Y").select("subject_id", pl.lit("remission").alias("what"), eventdt="adt")
    )
    return (
        pl.concat([dated.drop_nulls("what"), remissions])
        .join(first, on="subject_id")
        .with_columns(months=(pl.col("eventdt") - pl.col("trt01dt")).dt.total_days() / DAYS_PER_MONTH)
        # The first infusion is where the lane begins.
        .filter((pl.col("months") > 0) | ~pl.col("what").is_in(["further infusion"]), pl.col("months") >= 0)
        .select("subject_id", "what", "months")
    )


def waterfalls(tables: Tables) -> list[tuple[str, str, str]]:
    """Title, figure and note of each infusion after which blasts were counted in three subjects or more."""
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
            Bar(after - before, str(response))
            for before, after, response in counted["before", "after", "avalc"].iter_rows()
        ]
        note = f"{counted.height} of {rows.height} assessed subjects have marrow blasts both at enrollment and at the assessment."
        title = f"Marrow blasts after infusion {infusion}"
        found.append((title, draw_waterfall(bars, title), note))
    return found


def recovery_table(tables: Tables) -> PrintedTable:
    """How many subjects recovered what, and when after the first infusion; empty where no recovery is on record."""
    first = tables["adam.adsl"].select("subject_id", "trt01dt").drop_nulls()
    reached = (
        tables["adam.adevent"]
        .group_by("subject_id", "happening")
        .agg(pl.col("eventdt").min())
        .join(first, on="subject_id")
        .with_columns(days=(pl.col("eventdt") - pl.col("trt01dt")).dt.total_days())
    )
    rows = []
    for happening, what in RECOVERIES.items():
        days = reached.filter(happening=happening)["days"].sort().to_list()
        if days:
            rows.append([what, f"{len(days)} of {first.height}", f"{median(days):g} ({days[0]}–{days[-1]})"])
    return PrintedTable(["Recovery", "Subjects", "Day after the first infusion, median (range)"], rows, [])
