"""A response rate against one fixed in advance: the exact test, and what Simon's two stages say of it.

Subjects count in the order in which they were infused (of one day, by id); of all enrolled, in the order of enrollment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from schemas.protocol import ResponseWindow
from schemas.protocol.response_design import NullRate
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import orphans_cautions
from transforms.analyses.response import RESPONDERS
from transforms.analyses.rows import ResultRow
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import (
    NotEstimable,
    TwoStage,
    compare_with_rate,
    design_two_stage,
    evaluate_two_stage,
    proportion,
)

SECTION = "response_design"
AGAINST, DESIGN, FIRST_STAGE, TWO_STAGE, UNBIASED = (
    "against_rate", "design", "first_stage", "two_stage", "unbiased_rate",
)  # fmt: skip
# What a design holds, in the order of print, with its unit.
OF_DESIGN = {
    "r_first": "subjects", "n_first": "subjects", "r": "subjects", "n": "subjects", "expected_n": "subjects",
    "stops_early": "fraction", "alpha": "fraction", "power": "fraction",
}  # fmt: skip


@dataclass(frozen=True)
class _Counted:
    """Who is counted, in order, and who of them responded; `unread` those whose response is not known."""

    subjects: pl.DataFrame
    total: Basis
    responders: pl.DataFrame
    unread: pl.DataFrame

    def responses(self, n: int) -> int:
        """Responses among the first n."""
        return int(self.subjects.head(n)["subject_id"].is_in(self.responders["subject_id"].implode()).sum())


def response_design_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every window that the protocol holds against a rate."""
    for window in data.protocol.response:
        if window.against is not None:
            yield from _window_rows(data, window, window.against)


def _window_rows(data: StudyData, window: ResponseWindow, against: NullRate) -> Iterator[ResultRow]:
    counted = _counted(data, window)
    events = data.rests_on("event", "adam.adrs", counted.responders, evalfl="Y", respfl="Y")
    n, count = counted.subjects.height, counted.responses(counted.subjects.height)
    base = ResultRow(
        f"{SECTION}.i{window.infusion}", SECTION, "", analysis_set=window.population, infusion=window.infusion,
        measure=RESPONDERS, reasons=_cautions(data, window), basis=counted.total + events,
    )  # fmt: skip
    rate = replace(base, statistic="proportion", unit="fraction")
    filled = rate.filled(proportion(count, n, method="clopper-pearson"))
    yield filled
    everyone = n + (counted.unread.height if window.population == "evaluable" else 0)
    yield from unknown_rows(filled, count, counted.unread, everyone, data.choosing("adam.adrs", evalfl="U"))
    test = replace(base, statistic=AGAINST, n=n, events=count)
    yield test.filled(compare_with_rate(count, n, against.rate, alternative=against.alternative))
    if against.hoped_rate is not None:
        yield from _design_rows(base, against, against.hoped_rate, counted)


def _counted(data: StudyData, window: ResponseWindow) -> _Counted:
    assessed = data.adrs.filter(infusion_number=window.infusion)
    if window.population == "enrolled":
        subjects = data.adsl.select("subject_id", day="enrldt")
        total = data.rests_on("counted", "adam.adsl", data.adsl.sort("subject_id"))
    elif window.population == "received":
        given = data.received(window.infusion)
        subjects, total = given.select("subject_id", day="infusiondt"), data.rests_on("counted", "adam.adex", given)
    else:
        evaluable = assessed.filter(evalfl="Y").sort("subject_id")
        subjects = evaluable.select("subject_id", day="infusiondt")
        total = data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y")
    return _Counted(
        subjects.sort("day", "subject_id", nulls_last=True),
        total,
        assessed.filter(evalfl="Y", respfl="Y").sort("subject_id"),
        assessed.filter(evalfl="U").sort("subject_id"),
    )


def _cautions(data: StudyData, window: ResponseWindow) -> tuple[Reason, ...]:
    return (
        *records_cautions(data, data.received(window.infusion), Sought("response")),
        *orphans_cautions(data, ["response"], infusion=window.infusion),
    )


def _design_rows(base: ResultRow, against: NullRate, hoped: float, counted: _Counted) -> Iterator[ResultRow]:
    """The design, where the trial stands in it, and what it says at its end."""
    row = replace(base, statistic=DESIGN)
    design = design_two_stage(
        against.rate, hoped, alpha=against.alpha, power=against.power, criterion=against.criterion
    )
    if isinstance(design, NotEstimable):
        yield row.filled(design)
        return
    for name, unit in OF_DESIGN.items():
        yield replace(row, measure=name, unit=unit).with_estimate(float(getattr(design, name)))
    n, first = counted.subjects.height, min(counted.subjects.height, design.n_first)
    responses = counted.responses(first)
    stage = replace(base, statistic=FIRST_STAGE, unit="subjects", n=first, events=responses)
    yield replace(stage.with_estimate(float(responses)), reasons=(*_stage(design, n, responses), *base.reasons))
    ended = replace(base, statistic=TWO_STAGE, n=n, events=counted.responses(n))
    if n < design.n_first:
        open_ = NotEstimable(reason("stage_open", n=n, of=design.n_first))
        yield from (one.filled(open_) for one in (ended, replace(ended, statistic=UNBIASED, unit="fraction")))
        return
    found = evaluate_two_stage(design, responses, design.n_first, counted.responses(n), n)
    said = tuple(_deviations(design, n, responses))
    yield ended.filled(found.test).beware(*said)
    yield replace(ended, statistic=UNBIASED, unit="fraction").with_estimate(found.share).beware(*said)


def _stage(design: TwoStage, n: int, responses: int) -> Iterator[Reason]:
    """What the boundary of the first stage says."""
    if n < design.n_first:
        yield reason("stage_open", n=n, of=design.n_first)
    else:
        yield reason(
            "stage_stops" if responses <= design.r_first else "stage_goes_on", n=responses, most=design.r_first
        )


def _deviations(design: TwoStage, n: int, responses: int) -> Iterator[Reason]:
    if n not in (design.n_first, design.n):
        yield reason("stages_not_as_planned", first=design.n_first, n=design.n, own=n)
    if n > design.n_first and responses <= design.r_first:
        yield reason("went_on")
