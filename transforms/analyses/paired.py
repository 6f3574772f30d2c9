"""Two infusions of the same subjects: each is compared with itself, so that only those with both count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.protocol import Toxicity
from schemas.reasons import reason
from transforms.analyses.cautions import detail_cautions, dose_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import KNOWN, Conditions, rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import adverse_event, records_cautions
from transforms.analyses.study_data import StudyData, known_for
from transforms.analyses.toxicity import ANY_GRADE, events_in_window, graded_on, is_unsure, may_have_occurred
from transforms.statistics import (
    NotEstimable,
    difference_of_pairs,
    hodges_lehmann_paired,
    mcnemar,
    wilcoxon_signed_rank,
)

FIRST, SECOND = 1, 2
# Who had the event after one of the two alone.
FIRST_ONLY, SECOND_ONLY = "first_only", "second_only"


def paired_rows(data: StudyData) -> Iterator[ResultRow]:
    """Each adverse event that is reported after both, and the dose, of the second infusion against the first."""
    given = (data.received(number).select("subject_id") for number in (FIRST, SECOND))
    both = data.adsl.join(next(given), on="subject_id", how="semi").join(next(given), on="subject_id", how="semi")
    if both.is_empty():
        return
    for toxicity in data.protocol.toxicity:
        # Where sites report it after one of the two alone, nothing on record after the other is no sign that it did not occur.
        if not all(toxicity.is_reported_after(number) for number in (FIRST, SECOND)):
            continue
        for grade in (ANY_GRADE, toxicity.severe_grade):
            yield from _event_rows(data, both, toxicity, grade)
    yield from _dose_rows(data, both)


def _event_rows(data: StudyData, both: pl.DataFrame, toxicity: Toxicity, grade: int) -> Iterator[ResultRow]:
    """Who had the event after one of the two alone; what is after the window does not count, nor a grade on another scale."""
    # Of any grade counts also where no grade was given, and on whatever scale.
    graded = pl.col("atoxgr").fill_null(1) if grade == 1 else pl.col("atoxgr")
    both, unsure = _of_whom_it_is_known(data, both, toxicity, grade)
    said = (
        *records_cautions(data, both, adverse_event(toxicity.term)),
        *orphans_cautions(data, ["adverse_event"], term=toxicity.term),
    )
    if unsure:
        said = (reason("not_compared", n=unsure, of=both.height + unsure), *said)
    event = replace(_row("comparison"), measure="occurred", term=toxicity.term, grade=grade)
    if both.is_empty():
        yield event.filled(NotEstimable(reason("no_subjects"))).beware(*said)
        return
    events = events_in_window(data, toxicity).filter(_on_scale(toxicity, grade) & (graded >= grade))
    first, second = (
        both["subject_id"].is_in(events.filter(infusion_number=number)["subject_id"].implode())
        for number in (FIRST, SECOND)
    )
    of_both = events.filter(pl.col("infusion_number").is_in([FIRST, SECOND]))
    given = data.adex.filter(pl.col("infusion_number").is_in([FIRST, SECOND]))
    basis = data.rests_on("counted", "adam.adex", known_for(both, given), among=None)
    basis += data.rests_on("event", "adam.adae", known_for(both, of_both), among=None)
    only_first, only_second = int((first & ~second).sum()), int((~first & second).sum())
    event = replace(event, basis=basis)
    yield event.filled(mcnemar(only_first, only_second)).beware(*said)
    difference = difference_of_pairs(only_first, only_second, both.height)
    yield replace(event, statistic="difference", unit="fraction").filled(difference).beware(*said)
    for statistic, count in ((FIRST_ONLY, only_first), (SECOND_ONLY, only_second)):
        yield event.counting(statistic, count, both.height)


def _on_scale(toxicity: Toxicity, grade: int) -> pl.Expr:
    """Of rows of adae, whether their grade is told on the protocol's scale; for any grade each scale will do."""
    return graded_on(toxicity.scale) | pl.lit(grade == ANY_GRADE)


def _of_whom_it_is_known(
    data: StudyData, both: pl.DataFrame, toxicity: Toxicity, grade: int
) -> tuple[pl.DataFrame, int]:
    """The subjects without those whose event after one of the two may have occurred, and how many these are."""
    # What is without a grade has occurred, whatever grade it was: of any grade it is known.
    known = (pl.col("aeterm") == toxicity.term) & pl.col("infusion_number").is_not_null() & (pl.col("occurfl") == "Y")
    unsure = []
    for number in (FIRST, SECOND):
        possible = may_have_occurred(data, toxicity, number).filter(is_unsure(toxicity, grade))
        possible = possible.filter(~known.fill_null(value=False)) if grade == 1 else possible
        had = events_in_window(data, toxicity).filter(
            pl.col("atoxgr").fill_null(1 if grade == 1 else 0) >= grade,
            _on_scale(toxicity, grade),
            infusion_number=number,
        )
        unsure.append(possible.join(had, on="subject_id", how="anti").select("subject_id"))
    doubtful = both.join(pl.concat(unsure), on="subject_id", how="semi")
    return both.join(doubtful, on="subject_id", how="anti", maintain_order="left"), doubtful.height


def _dose_rows(data: StudyData, both: pl.DataFrame) -> Iterator[ResultRow]:
    """The test of two doses, and by how much the second is higher: of subjects whose two doses are known."""
    known = both.drop_nulls(["dose01", "dose02"]).sort("subject_id")
    if known.is_empty():
        return
    doses = data.adex.filter(pl.col("infusion_number").is_in([FIRST, SECOND])).join(known, on="subject_id", how="semi")
    unknown = detail_cautions(both["dose01"] + both["dose02"])
    said = (*unknown, *dose_cautions(data, doses), *orphans_cautions(data, []))
    first, second = known["dose01"].to_numpy(), known["dose02"].to_numpy()
    doses_known: Conditions = {"dose01": KNOWN, "dose02": KNOWN}
    infused = [rows("adam.adex", infusion_number=number) for number in (FIRST, SECOND)]
    basis = data.rests_on("value", "adam.adsl", known, "dose01", among=infused, **doses_known)
    basis += data.rests_on("value", "adam.adsl", known, "dose02", among=infused, **doses_known)
    dose = replace(_row("comparison"), measure="dose", basis=basis)
    yield dose.filled(wilcoxon_signed_rank(first, second)).beware(*said)
    shift = replace(dose, statistic="difference", unit="1e5 cells/kg")
    yield shift.filled(hodges_lehmann_paired(second, first)).beware(*said)


def _row(statistic: str) -> ResultRow:
    return ResultRow(
        f"paired.i{FIRST}.i{SECOND}", "paired", statistic, analysis_set="both_infusions", infusion=SECOND,
        other_infusion=FIRST,
    )  # fmt: skip
