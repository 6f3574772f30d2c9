"""Interim looks: the test at each look, the bound it has to cross there, the error spent by then, and the conditional power now.

A look by a share of the information is the state of the day on which the events reached it: whoever had begun by then, followed to that day. So the result of a look
does not depend on the night that computes it, and looking every night spends nothing. A look at response is one at the first subjects evaluable, in the order of their
infusions. z is positive where the treated group, or the subjects held against a fixed rate, do better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

from scipy.special import ndtr

from schemas.protocol.interim import SECTION, Interim, analysis_of
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis
from transforms.analyses.interim_information import Look, State, Tested, tested_of
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.statistics import NotEstimable, SequentialBounds, conditional_power, sequential_bounds

INFORMATION, Z, BOUND, BOUND_P, SPENT, CROSSED, POWER = (
    "information", "interim_z", "interim_bound", "interim_bound_p", "error_spent", "interim_crossed", "conditional_power",
)  # fmt: skip
NOW, DESIGN, TREND = "now", "design", "trend"


@dataclass(frozen=True)
class _Planned:
    """A look with its bound. number: from 1; look: None while its information is not reached."""

    number: int
    fraction: float | None
    look: Look | None
    bound: float | None
    spent: float | None


def interim_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every test that the protocol looks at before the end."""
    for name, asked in data.protocol.interim.items():
        yield from _test_rows(data, name, asked)


def _test_rows(data: StudyData, name: str, asked: Interim) -> Iterator[ResultRow]:
    tested = tested_of(data, asked)
    base = ResultRow(
        analysis_of(name), SECTION, "", analysis_set=tested.analysis_set, endpoint=asked.endpoint or "", infusion=asked.response,
        factor=asked.groups.factor if asked.groups else "", level=asked.groups.treated if asked.groups else "",
        reference_level=asked.groups.control if asked.groups else "", reasons=tested.cautions, basis=tested.now.basis,
    )  # fmt: skip
    if tested.refusal is not None:
        yield replace(base, statistic=Z, measure=NOW).filled(tested.refusal)
        return
    yield _information(base, tested, asked)
    yield _z_row(replace(base, measure=NOW), tested.now)
    looks = tested.looks
    bounds = _bounds(asked, looks)
    planned = list(_planned(asked, looks, bounds))
    bare = replace(base, reasons=())
    for one in planned:
        yield from _look_rows(bare, tested, asked, one)
    yield _crossed(bare, asked, planned)
    yield from _powers(bare, tested, asked, bounds)


def _information(base: ResultRow, tested: Tested, asked: Interim) -> ResultRow:
    """The share of the planned information there is now."""
    row = replace(base, statistic=INFORMATION, measure=NOW, unit="fraction", events=tested.now.information)
    designed = (
        reason(f"interim_by_{asked.boundary.replace('-', '_')}", n=asked.planned, alpha=asked.alpha),
        reason(f"interim_sides_{asked.sides}"),
    )
    return row.beware(*designed).with_estimate(tested.now.information / asked.planned, n=tested.now.n)


def _z_row(row: ResultRow, state: State) -> ResultRow:
    """The test of a state, or why there is none."""
    row = replace(row, statistic=Z, n=state.n, events=state.information, basis=state.basis)
    if isinstance(state.z, NotEstimable):
        return row.filled(state.z)
    p_value = float(2 * ndtr(-abs(state.z)))
    return replace(row, p_value=p_value, p_method=state.method).with_estimate(state.z)


def _bounds(asked: Interim, looks: Sequence[Look | None]) -> SequentialBounds:
    """Bounds at the information that looks had, as far as they are there, and at what is planned for the others.

    Those of the original boundaries stand at the planned shares, whatever the looks had.
    """
    if not asked.boundary.startswith("spending"):
        return sequential_bounds(asked.looks, asked.alpha, shape=asked.boundary, sides=asked.sides)
    stated_looks: list[float] | list[None] = asked.looks or [None] * len(asked.days)
    fractions: list[float] = []
    for stated, look in zip(stated_looks, looks, strict=False):
        at = _capped(look, asked) if look is not None else stated
        if at and (not fractions or at > fractions[-1]):
            fractions.append(at)
    if not fractions or fractions[-1] < 1:
        fractions.append(1.0)
    return sequential_bounds(fractions, asked.alpha, shape=asked.boundary, sides=asked.sides)


def _capped(look: Look, asked: Interim) -> float:
    return min(1.0, look.state.information / asked.planned)


def _planned(asked: Interim, looks: Sequence[Look | None], bounds: SequentialBounds) -> Iterator[_Planned]:
    """Each look with its bound; one by day that has not come has none yet, and two on the same information share one."""
    known = dict(zip(bounds.fractions, zip(bounds.bounds, bounds.spent, strict=True), strict=True))
    stated: list[float | None] = [*asked.looks] if asked.looks else [*[None] * len(asked.days), 1.0]
    exact = not asked.boundary.startswith("spending")
    for number, (share, look) in enumerate(zip(stated, looks, strict=True), 1):
        at = share if exact or look is None else _capped(look, asked)
        bound, spent = known.get(at, (None, None)) if at is not None else (None, None)
        yield _Planned(number, at, look, bound, spent)


def _look_rows(bare: ResultRow, tested: Tested, asked: Interim, one: _Planned) -> Iterator[ResultRow]:
    """One look: its information, bound, nominal p, error spent by then, and the test there once it is due."""
    row = replace(bare, measure=str(one.number))
    if one.fraction is not None:
        yield replace(row, statistic=INFORMATION, unit="fraction", basis=Basis()).with_estimate(one.fraction)
    if one.bound is not None and one.spent is not None:
        of_bound = replace(row, basis=Basis())
        nominal = float(ndtr(-one.bound)) * (2 if asked.sides == "two" else 1)
        yield replace(of_bound, statistic=BOUND).with_estimate(one.bound)
        yield replace(of_bound, statistic=BOUND_P).with_estimate(nominal)
        yield replace(of_bound, statistic=SPENT, unit="fraction").with_estimate(one.spent)
    if one.look is None:
        yield replace(row, statistic=Z).filled(NotEstimable(_not_due(tested, asked, one)))
        return
    yield _z_row(row, one.look.state).beware(*_looked(one.look, asked))


def _not_due(tested: Tested, asked: Interim, one: _Planned) -> Reason:
    if one.number <= len(asked.days):
        return reason("interim_day_to_come", day=str(asked.days[one.number - 1]))
    needed = tested.needed(one.fraction or 1.0, asked.planned)
    return reason("interim_not_due", n=tested.now.information, of=needed)


def _looked(look: Look, asked: Interim) -> Iterator[Reason]:
    counts = {"n": look.state.information, "of": asked.planned}
    yield (
        reason("interim_looked", day=str(look.day), **counts) if look.day else reason("interim_looked_first", **counts)
    )


def _crossed(bare: ResultRow, asked: Interim, planned: Sequence[_Planned]) -> ResultRow:
    """1 where the test crossed its bound at a look that was due, with the first such look; else 0."""
    row = replace(bare, statistic=CROSSED)
    due = [one for one in planned if one.look is not None]
    if not due:
        return row.filled(NotEstimable(reason("interim_no_look_due")))
    for one in due:
        if one.look is not None and one.bound is not None and _crosses(one.look.state.z, one.bound, asked):
            state = one.look.state
            said = reason("interim_crossed", rule=asked.label, look=one.number, n=state.information, of=asked.planned)
            filled = replace(row, n=state.n, events=state.information, basis=state.basis).with_estimate(1.0)
            return filled.beware(said)
    last = due[-1].look.state  # type: ignore[union-attr]
    filled = replace(row, n=last.n, events=last.information, basis=last.basis).with_estimate(0.0)
    return filled.beware(reason("interim_within", look=due[-1].number))


def _crosses(z: float | NotEstimable, bound: float, asked: Interim) -> bool:
    if isinstance(z, NotEstimable):
        return False
    return z >= bound or (asked.sides == "two" and z <= -bound)


def _powers(bare: ResultRow, tested: Tested, asked: Interim, bounds: SequentialBounds) -> Iterator[ResultRow]:
    """Probability to end beyond the last bound on the better side, if the design is right and if the trend goes on."""
    fraction, z = tested.now.information / asked.planned, tested.now.z
    drifts = {DESIGN: tested.drift, TREND: None if isinstance(z, NotEstimable) or not fraction else z / sqrt(fraction)}
    for measure, drift in drifts.items():
        row = replace(bare, statistic=POWER, measure=measure, unit="fraction", basis=tested.now.basis)
        if measure == DESIGN and drift is None:
            continue
        if isinstance(z, NotEstimable):
            yield row.filled(z)
        elif not 0 < fraction < 1 or drift is None:
            yield row.filled(NotEstimable(reason("interim_complete" if fraction else "interim_nothing_yet")))
        else:
            power = conditional_power(z, fraction, bounds.bounds[-1], drift=drift)
            yield row.with_estimate(power, n=tested.now.n)
