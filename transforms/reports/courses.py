"""What happened to each subject, drawn: lanes of a swimmer plot, bars of a waterfall, recoveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

import polars as pl

from schemas.codelists import COMPLETE_REMISSION
from schemas.protocol.figures import Waterfall
from schemas.units import DAYS_PER_MONTH
from transforms.figures import Bar, Lane, draw_swimmer, draw_waterfall
from transforms.reports.numbers import spread
from transforms.reports.parts import NO_LINKS, Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words

HAPPENINGS = ("relapse", "transplant", "death", "next_infusion")
# With fewer subjects there is no order to see.
FEWEST_BARS = 3
RECOVERIES = ("neutrophil_recovery", "platelet_recovery", "immunoglobulin_recovery", "b_cell_recovery", "car_t_loss")

Tables = Mapping[str, pl.DataFrame]


def swimmer_part(
    tables: Tables, queries: Queries, words: Words, *, ids: bool = False, links: Mapping[str, str] = NO_LINKS
) -> Part:
    """One lane per infused subject, with the subject's id where asked; no figure where nobody was infused. links: the page of each."""
    infused = tables["adam.adsl"].filter(pl.col("trt01dt").is_not_null()).sort("subject_id")
    events = _happenings(tables, infused)
    lanes = []
    for row in infused.iter_rows(named=True):
        last = row["dthdt"] or row["lstalvdt"] or row["trt01dt"]
        own = events.filter(subject_id=row["subject_id"])
        happened = {what: list(rows["months"]) for (what,), rows in own.group_by("what")}
        months = max(0.0, (last - row["trt01dt"]).days / DAYS_PER_MONTH)
        lanes.append(
            Lane(
                months,
                row["dthdt"] is None,
                "",
                happened,
                row["subject_id"] if ids else "",
                links.get(row["subject_id"], ""),
            )
        )
    figure = draw_swimmer(lanes, words("courses.title"), words) if lanes else ""
    asked = [
        queries.rows("adam.adsl"),
        queries.rows("adam.adevent", "subject_id, eventdt", happening=(*HAPPENINGS, "no_response")),
        queries.rows("adam.adrs", "subject_id, infusion_number"),
    ]
    return Part(figure=figure, queries=asked)


def _happenings(tables: Tables, infused: pl.DataFrame) -> pl.DataFrame:
    """subject_id, what, months since the first infusion."""
    first = infused.select("subject_id", "trt01dt")
    dated = tables["adam.adevent"].filter(pl.col("happening").is_in(HAPPENINGS))
    return (
        pl.concat(
            [
                dated.select("subject_id", what="happening", on="eventdt"),
                _assessments(tables["adam.adrs"]),
                _failures(tables),
            ]
        )
        # A failure in the window is the assessment there.
        .unique(maintain_order=True)
        .join(first, on="subject_id")
        .with_columns(months=(pl.col("on") - pl.col("trt01dt")).dt.total_days() / DAYS_PER_MONTH)
        # The first infusion is where the lane begins.
        .filter((pl.col("months") > 0) | (pl.col("what") != "next_infusion"), pl.col("months") >= 0)
        .select("subject_id", "what", "months")
    )


def _assessments(adrs: pl.DataFrame) -> pl.DataFrame:
    """The responses in their windows: subject_id, what, on. A remission by its depth; nothing of who was not evaluable.

    A partial remission is one also where the protocol counts it as a response.
    """
    remission = (pl.col("avalc").is_in(COMPLETE_REMISSION)) & (pl.col("respfl") == "Y")
    what = (
        pl.when(pl.col("avalc") == "NR")
        .then(pl.lit("no_response"))
        .when(pl.col("avalc") == "PR")
        .then(pl.lit("partial_remission"))
        .when(remission & (pl.col("mrd_status") == "negative"))
        .then(pl.lit("remission_mrd_negative"))
        .when(remission & (pl.col("mrd_status") == "positive"))
        .then(pl.lit("remission_mrd_positive"))
        .when(remission)
        .then(pl.lit("remission_mrd_unknown"))
    )
    return adrs.select("subject_id", what=what, on="adt").drop_nulls()


def _failures(tables: Tables) -> pl.DataFrame:
    """Assessments without a response that an endpoint may count, one before the window among them: subject_id, what, on."""
    none = tables["core.response"].filter(pl.col("valid_to").is_null(), response="NR").select(srcseq="record_id")
    failed = tables["adam.adevent"].filter(happening="no_response", srcdom="response")
    return failed.join(none, on="srcseq", how="semi").select("subject_id", what="happening", on="eventdt")


def waterfall_parts(tables: Tables, queries: Queries, words: Words, *, of: Waterfall = "blasts") -> list[Part]:
    """A figure per infusion after which three subjects or more were measured.

    Of blasts: their change from enrollment to the assessment. Of residual disease: what was left at the assessment, since no
    domain holds what there was before; where none was detected, the limit of the method.
    """
    if of == "none":
        return []
    measured = _residual(tables) if of == "mrd" else _blasts(tables)
    found = []
    for infusion in sorted(int(number) for number in measured["infusion_number"].unique()):
        rows = measured.filter(infusion_number=infusion)
        bars = list(_bars(rows))
        if len(bars) < FEWEST_BARS:
            continue
        counts = {"counted": len(bars), "assessed": rows.height, "undetected": sum(bar.undetected for bar in bars)}
        note = words(f"courses.{of}_note", **counts)
        title = words(f"courses.{of}", infusion=words.infusion(infusion))
        asked = [queries.rows("adam.adrs", infusion_number=infusion), queries.rows("adam.adsl")]
        figure = draw_waterfall(bars, title, words, of=of)
        found.append(Part(title, PrintedTable([], [], [note]), figure, asked))
    return found


def _bars(measured: pl.DataFrame) -> Iterator[Bar]:
    for value, response, undetected in measured.drop_nulls("value")["value", "avalc", "undetected"].iter_rows():
        yield Bar(value, response, undetected)


def _assessed(tables: Tables, *columns: str) -> pl.DataFrame:
    """Who was assessed after which infusion, with columns of the assessment that counts."""
    records = (
        tables["core.response"]
        .filter(pl.col("valid_to").is_null())
        .select(pl.col("record_id").alias("srcseq"), *columns)
    )
    return tables["adam.adrs"].filter(pl.col("adt").is_not_null()).join(records, on="srcseq")


def _blasts(tables: Tables) -> pl.DataFrame:
    """With `value`: the change of marrow blasts (percentage points), where both are counted."""
    before = tables["adam.adsl"].select("subject_id", "blasts_pct")
    assessed = _assessed(tables, "marrow_blasts_pct").join(before, on="subject_id")
    return assessed.with_columns(
        value=pl.col("marrow_blasts_pct") - pl.col("blasts_pct"), undetected=pl.lit(value=False)
    )


def _residual(tables: Tables) -> pl.DataFrame:
    """With `value`: log10 of the share of residual cells; of none detected, of the limit below which it lies, where that is known."""
    assessed = _assessed(tables, "mrd_pct", "mrd_pct_below", "mrd_sensitivity_pct")
    share, found = pl.col("mrd_pct"), (pl.col("mrd_status") == "positive").fill_null(value=False)
    limit = pl.when(~found & (share.is_null() | (share == 0))).then(pl.coalesce("mrd_pct_below", "mrd_sensitivity_pct"))
    value = pl.when(share > 0).then(share).otherwise(limit)
    return assessed.with_columns(
        value=pl.when(value > 0).then((value / 100).log(10)), undetected=(share > 0).fill_null(value=False).not_()
    )


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
