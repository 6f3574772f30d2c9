"""The ledger of dose finding: who was in which cohort when, what was seen of them, and what the design recommended on that day.

Subjects count in the order of their infusions (of one day, by id). A cohort is a run of them at one level, no longer than the protocol
says. It is judged when the window of its last subject has closed: by the cohorts judged until then, this one included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from schemas.protocol.dose_finding import OF, SECTION, DoseFinding
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import (
    NotEstimable,
    boin_boundaries,
    decide_boin,
    decide_three_plus_three,
    fit_crm,
    proportion,
)

COHORT, RECOMMENDED, BY_LEVEL, MODELLED, FIRST_DAY, DECIDED = (
    "cohort", "recommended", "proportion", "modelled_rate", "first_day", "decided_on",
)  # fmt: skip
OUTSIDE = "dose_outside"


@dataclass(frozen=True)
class _Cohort:
    """Subjects in order (rows of adex with level, dlt and unsure), at one level."""

    number: int
    level: int
    subjects: pl.DataFrame

    @property
    def first(self) -> date:
        return self.subjects["infusiondt"].min()  # type: ignore[return-value]

    @property
    def dlts(self) -> int:
        return int(self.subjects["dlt"].sum())

    def closes(self, window_days: int) -> date:
        """The day on which the window of its last subject has closed."""
        last: date = self.subjects["infusiondt"].max()  # type: ignore[assignment]
        return last + timedelta(days=window_days)


def dose_finding_rows(data: StudyData) -> Iterator[ResultRow]:
    """The ledger, cohort by cohort; then what was seen at each level."""
    stated = data.protocol.dose_finding
    if stated is None:
        return
    infused = _judged(data, stated)
    placed = infused.filter(pl.col("level").is_not_null())
    base = ResultRow(
        SECTION, SECTION, "", analysis_set="received", infusion=stated.infusion,
        reasons=(*records_cautions(data, infused, Sought("adverse_event")), *orphans_cautions(data, ["adverse_event"], infusion=stated.infusion)),
        basis=data.rests_on("counted", "adam.adex", placed),
    )  # fmt: skip
    outside = infused.filter(pl.col("level").is_null())
    if outside.height:
        row = replace(base, measure=OUTSIDE).resting_on(data.rests_on("counted", "adam.adex", outside))
        yield row.counting("count", outside.height, infused.height)
    cohorts = list(_cohorts(stated, placed))
    start = placed["infusiondt"].min()
    for place in range(len(cohorts)):
        yield from _ledger(data, base, stated, cohorts, place, start)  # type: ignore[arg-type]
    for place, name in enumerate(stated.levels):
        yield from _at_level(data, base, name, placed.filter(level=place))
    if stated.design == "crm":
        yield from _modelled(base, stated, cohorts)


def _judged(data: StudyData, stated: DoseFinding) -> pl.DataFrame:
    """Who was given the infusion, in order: level by dose, whether a limiting toxicity was seen, and whether that is not known."""
    given = data.received(stated.infusion).sort("infusiondt", "subject_id")
    level: pl.Expr = pl.lit(None, pl.Int64)
    for place, bounds in enumerate(stated.levels.values()):
        inside = (pl.col("dose") >= bounds.dose_from) & (pl.col("dose") < bounds.dose_below)
        level = pl.when(inside).then(pl.lit(place, pl.Int64)).otherwise(level)
    found = _limiting(data, stated)
    sure, unsure = (found.filter(pl.col("limits") == flag)["subject_id"] for flag in ("Y", "U"))
    seen = data.adsl.select("subject_id", "lstalvdt")
    given = given.join(seen, on="subject_id", how="left", maintain_order="left", validate="m:1")
    window = pl.duration(days=stated.window_days)
    # Who was not seen to the end of the window, and had none before, may have had one.
    left = (pl.coalesce("lstalvdt", "infusiondt") < pl.col("infusiondt") + window).fill_null(value=True)
    dlt = pl.col("subject_id").is_in(sure.implode())
    return given.with_columns(
        level=level, dlt=dlt, unsure=~dlt & (left | pl.col("subject_id").is_in(unsure.implode()))
    ).drop("lstalvdt")


def _limiting(data: StudyData, stated: DoseFinding) -> pl.DataFrame:
    """Rows of adae after the infusion that limit the dose (limits: Y) or may do so (U)."""
    after = data.adae.filter(
        (pl.col("infusion_number") == stated.infusion).fill_null(value=True),
        pl.col("occurfl") != "N",
        (pl.col("astdy") <= stated.window_days).fill_null(value=True),
    )
    graded, possibly = pl.lit(value=False), pl.col("aeterm").is_null()
    for one in stated.limiting:
        of_term = (pl.col("aeterm") == one.term).fill_null(value=False)
        on_scale = (pl.col("atoxscale") == one.scale).fill_null(value=False)
        severe = (pl.col("atoxgr") >= one.least_grade).fill_null(value=False)
        graded |= of_term & on_scale & severe
        # A grade that is not known, or is told on another scale, may be one that limits.
        possibly |= of_term & (pl.col("atoxgr").is_null() | (~on_scale & severe))
    known = (pl.col("occurfl") == "Y") & pl.col("astdy").is_not_null() & pl.col("infusion_number").is_not_null()
    reported = (pl.col("dltfl") == "Y").fill_null(value=False)
    limits = pl.when(known & (graded | reported)).then(pl.lit("Y")).when(graded | reported | possibly | (pl.col("dltfl") == "U").fill_null(value=False)).then(pl.lit("U"))  # fmt: skip
    return after.with_columns(limits=limits).filter(pl.col("limits").is_not_null()).sort("subject_id", "srcseq")


def _cohorts(stated: DoseFinding, placed: pl.DataFrame) -> Iterator[_Cohort]:
    number = 0
    for _, run in placed.with_columns(run=pl.col("level").rle_id()).group_by("run", maintain_order=True):
        for start in range(0, run.height, stated.cohort):
            number += 1
            part = run.slice(start, stated.cohort)
            yield _Cohort(number, int(part["level"][0]), part)


def _events(data: StudyData, stated: DoseFinding, subjects: pl.DataFrame) -> Basis:
    found = _limiting(data, stated).filter(limits="Y").join(subjects, on="subject_id", how="semi")
    return data.rests_on("event", "adam.adae", found, among=None)


def _ledger(
    data: StudyData, base: ResultRow, stated: DoseFinding, cohorts: Sequence[_Cohort], place: int, start: date
) -> Iterator[ResultRow]:
    """One cohort: its toxicities, its days, and what the design said when it could be judged."""
    cohort, level = cohorts[place], list(stated.levels)[cohorts[place].level]
    basis = data.rests_on("counted", "adam.adex", cohort.subjects) + _events(data, stated, cohort.subjects)
    row = replace(base, measure=f"{cohort.number}{OF}{level}", basis=basis, n=cohort.subjects.height)
    unsure = int(cohort.subjects["unsure"].sum())
    doubt = (reason("dlt_unknown", n=unsure, of=cohort.subjects.height),) if unsure else ()
    seen = replace(row, statistic=COHORT, events=cohort.dlts, unit="subjects").with_estimate(float(cohort.dlts))
    yield seen.beware(*doubt)
    closes = cohort.closes(stated.window_days)
    for statistic, day in ((FIRST_DAY, cohort.first), (DECIDED, closes)):
        yield replace(row, statistic=statistic, unit="days").with_estimate(float((day - start).days))
    judged = [one for one in cohorts if one.closes(stated.window_days) <= closes and one.number <= cohort.number]
    said = replace(row, statistic=RECOMMENDED, unit="level")
    if cohort.subjects.height < stated.cohort:
        doubt = (*doubt, reason("cohort_short", n=cohort.subjects.height, of=stated.cohort))
    yield _recommended(said, stated, judged, cohort).beware(*doubt, *_kept(stated, cohorts, place))


def _kept(stated: DoseFinding, cohorts: Sequence[_Cohort], place: int) -> Iterator[Reason]:
    """Whether the next cohort waited for the decision."""
    if place + 1 < len(cohorts) and cohorts[place + 1].first < cohorts[place].closes(stated.window_days):
        days = (cohorts[place].closes(stated.window_days) - cohorts[place + 1].first).days
        yield reason("next_cohort_early", days=days)


def _recommended(row: ResultRow, stated: DoseFinding, judged: Sequence[_Cohort], cohort: _Cohort) -> ResultRow:
    """The level that the design recommends next, 1 the lowest, with the rule that says so."""
    at = [one for one in judged if one.level == cohort.level]
    x, n = sum(one.dlts for one in at), sum(one.subjects.height for one in at)
    highest = len(stated.levels) - 1
    if stated.design == "crm":
        counts = _counts(stated, judged)
        found = fit_crm(stated.skeleton, *counts, target=stated.target or 0.0)
        # No level that nobody was given is skipped.
        tried = max(one.level for one in judged)
        to = min(found.recommended, tried + 1)
        said = reason("dose_by_model", rate=found.probabilities[to], target=stated.target or 0.0)
        return row.with_estimate(float(to + 1)).beware(reason(f"dose_{_way(to - cohort.level)}"), said)
    if stated.design == "three_plus_three" and n not in (3, 6):
        return row.filled(NotEstimable(reason("design_silent", x=x, n=n)))
    if stated.design == "three_plus_three":
        decision = decide_three_plus_three(x, n).decision
        why = reason("dose_by_counts", x=x, n=n)
    else:
        target = stated.target or 0.0
        decision, (up, down) = decide_boin(x, n, target=target).decision, boin_boundaries(target)
        why = reason("dose_by_boundaries", x=x, n=n, up=up, down=down)
    step = {"escalate": 1, "stay": 0, "de-escalate": -1, "eliminate": -1}[decision]
    to = cohort.level + step
    told = [reason(f"dose_{decision.replace('-', '_')}"), why]
    if to < 0:
        return row.filled(NotEstimable(reason("no_lower_level"))).beware(*told)
    if to > highest:
        told.append(reason("no_higher_level"))
    return row.with_estimate(float(min(to, highest) + 1)).beware(*told)


def _way(step: int) -> str:
    return "escalate" if step > 0 else "de_escalate" if step < 0 else "stay"


def _counts(stated: DoseFinding, judged: Sequence[_Cohort]) -> tuple[list[int], list[int]]:
    """Toxicities and subjects at each level."""
    places = range(len(stated.levels))
    dlts = [sum(one.dlts for one in judged if one.level == place) for place in places]
    return dlts, [sum(one.subjects.height for one in judged if one.level == place) for place in places]


def _at_level(data: StudyData, base: ResultRow, name: str, subjects: pl.DataFrame) -> Iterator[ResultRow]:
    """The share with a limiting toxicity at a level, and what it would be with those of whom it is not known."""
    stated = data.protocol.dose_finding
    if stated is None:
        return
    basis = data.rests_on("counted", "adam.adex", subjects) + _events(data, stated, subjects)
    row = replace(base, statistic=BY_LEVEL, measure=f"{OF}{name}", unit="fraction")
    row = row.resting_on(basis if subjects.height else base.basis)
    filled = row.filled(proportion(int(subjects["dlt"].sum()), subjects.height, method="clopper-pearson"))
    yield filled
    unsure = subjects.filter("unsure")
    yield from unknown_rows(filled, int(subjects["dlt"].sum()), unsure, subjects.height, data.listing("adam.adex"))


def _modelled(base: ResultRow, stated: DoseFinding, cohorts: Sequence[_Cohort]) -> Iterator[ResultRow]:
    """The probability of toxicity at each level, as the model sees it after all cohorts."""
    found = fit_crm(stated.skeleton, *_counts(stated, cohorts), target=stated.target or 0.0)
    for name, value in zip(stated.levels, found.probabilities, strict=True):
        yield replace(base, statistic=MODELLED, measure=f"{OF}{name}", unit="fraction").with_estimate(value)
