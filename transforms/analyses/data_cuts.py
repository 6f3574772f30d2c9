"""Cuts of a numeric risk factor that the data themselves choose: marked so in every row, with a p value that pays for the search.

Belongs here: the search and what lies on either side of the cut. A cut that a protocol states is a risk factor of its own (`cut`), and
where these data chose that one too the protocol says so (`data_derived`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, get_args

import numpy as np
import polars as pl

from schemas.protocol import CutSearch
from schemas.reasons import Reason, reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import cautions, detail_cautions, dose_factor_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import KNOWN, Condition, Conditions, at_least, below, rows
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, immortal_time
from transforms.analyses.time_to_event import immortal_population, survival_frame
from transforms.statistics import (
    CutPoint,
    NotEstimable,
    Numeric,
    SurvivalCurve,
    build_design,
    fit_cox,
    kaplan_meier,
    maximally_selected_logrank,
    roc_area,
    shrink_ratio,
    survival_at,
    youden_cut,
)
from transforms.statistics.cut_points import TiedScores

SECTION, CUT = "cut_point", "cut_point"
BELOW, ABOVE = "below", "above"
TIES: Final[dict[str, TiedScores]] = {name.lower().replace(" ", "-"): name for name in get_args(TiedScores)}


@dataclass(frozen=True)
class Searched:
    """Those whose value is known: endpoint rows and values, row for row; and the row every result begins with."""

    subjects: pl.DataFrame
    values: np.ndarray
    base: ResultRow
    table: str

    def side(self, at_least: float, level: str) -> pl.DataFrame:
        """The subjects below the cut, or at or above it."""
        above = self.values >= at_least
        return self.subjects.filter(pl.Series(above if level == ABOVE else ~above))


def cut_rows(data: StudyData) -> Iterator[ResultRow]:
    """Every cut a protocol lets the data choose, with what lies on either side."""
    for name, asked in data.protocol.cut_points.items():
        found = _searched(data, name, asked)
        if isinstance(found, ResultRow):
            yield found
        elif asked.endpoint is not None:
            yield from _of_curves(data, asked, found)
        else:
            yield from _of_response(found)


def cut_curves(data: StudyData) -> Iterator[pl.DataFrame]:
    """Survival on either side of each cut of an endpoint, in the columns of results.curve."""
    for name, asked in data.protocol.cut_points.items():
        found = _searched(data, name, asked) if asked.endpoint is not None else None
        if not isinstance(found, Searched):
            continue
        cut = _search(asked, found)
        if isinstance(cut, CutPoint):
            for level in (BELOW, ABOVE):
                curve = _curve(data, found.side(cut.at_least, level))
                if isinstance(curve, SurvivalCurve):
                    yield survival_frame(replace(found.base, level=level), curve)


def _searched(data: StudyData, name: str, asked: CutSearch) -> Searched | ResultRow:
    """Whose values are searched; or the row that says why none are."""
    subjects, day_0, table, said = _of_whom(data, asked)
    known = data.factor_of(subjects, asked.factor)
    endpoint = data.protocol.endpoints[asked.endpoint] if asked.endpoint is not None else None
    base = ResultRow(
        f"{SECTION}.{name}", SECTION, CUT, analysis_set=endpoint.population if endpoint else "evaluable",
        endpoint=asked.endpoint or "", infusion=asked.infusion, factor=asked.factor, measure=CUT,
        reasons=(reason("data_derived"), *said, *detail_cautions(known["value_number"])),
        unit=data.protocol.risk_factors[asked.factor].unit,
    )  # fmt: skip
    if refusal := immortal_time(asked.factor, data.protocol.risk_factors[asked.factor], known, day_0):
        return base.resting_on(_basis(data, asked.factor, subjects, table, None)).filled(refusal)
    counted = subjects.filter(known["value_number"].is_not_null())
    base = base.beware(*dose_factor_cautions(data, asked.factor, counted))
    return Searched(
        counted, known["value_number"].drop_nulls().to_numpy(), base.resting_on(_basis(data, asked.factor, counted, table)), table
    )  # fmt: skip


def _of_whom(data: StudyData, asked: CutSearch) -> tuple[pl.DataFrame, pl.Series, str, tuple[Reason, ...]]:
    """The endpoint rows, the day the value has to be known by, their table, and what is unknown of them."""
    if asked.endpoint is not None:
        endpoint, subjects = data.protocol.endpoints[asked.endpoint], data.subjects_of(asked.endpoint)
        said = (*immortal_population(data, endpoint), *cautions(data, subjects, endpoint))
        return subjects, subjects["startdt"], "adam.adtte", said
    assessed = data.adrs.filter(infusion_number=asked.infusion)
    subjects, unread = assessed.filter(evalfl="Y").sort("subject_id"), assessed.filter(evalfl="U").height
    unknown = [reason("response_unknown", n=unread, of=assessed.height)] if unread else []
    of_nobody = orphans_cautions(data, ["response"], infusion=asked.infusion)
    return subjects, subjects["infusiondt"], "adam.adrs", (*unknown, *of_nobody)


def _basis(data: StudyData, factor: str, subjects: pl.DataFrame, table: str, side: Condition | None = KNOWN) -> Basis:
    """side: what the value of each is; None where it need not be known."""
    among = [] if side is None else [rows("adam.adrisk", risk_factor=factor, value_number=side)]
    evaluable: Conditions = {"evalfl": "Y"} if table == "adam.adrs" else {}
    counted = data.rests_on("counted", table, subjects, among=among, **evaluable)
    return counted + data.factor_basis(subjects, factor, counted.who)


def _search(asked: CutSearch, found: Searched) -> CutPoint | NotEstimable:
    if found.subjects.is_empty():
        return NotEstimable(reason("no_known_value"))
    return maximally_selected_logrank(
        found.subjects["aval"].to_numpy(), found.subjects["event"].to_numpy() == EVENT, found.values,
        smallest_share=asked.smallest_share, method=asked.correction, ties=TIES[asked.ties],
    )  # fmt: skip


def _effect(found: Searched, cut: CutPoint) -> Iterator[ResultRow]:
    """The hazard ratio at the cut, and what is left of it once it is shrunk: the data that chose the cut made it large."""
    row = replace(found.base, statistic="cut_ratio", unit="ratio", measure="")
    event, above = found.subjects["event"].to_numpy() == EVENT, found.values >= cut.at_least
    fit = fit_cox(found.subjects["aval"].to_numpy(), event, build_design([Numeric(ABOVE, above.astype(float))]))
    if isinstance(fit, NotEstimable):
        yield row.filled(fit)
        return
    yield row.with_ratio(fit, fit.terms[0])
    shrunk = shrink_ratio(fit, ABOVE)
    for statistic, value in (("cut_shrinkage", shrunk.factor), ("cut_ratio_shrunk", shrunk.ratio)):
        yield replace(row, statistic=statistic, events=fit.events).with_estimate(value, n=fit.n)


def _of_curves(data: StudyData, asked: CutSearch, found: Searched) -> Iterator[ResultRow]:
    """The cut with its corrected p value, then subjects, events and survival on either side."""
    cut = _search(asked, found)
    if isinstance(cut, NotEstimable):
        yield found.base.filled(cut)
        return
    row = replace(found.base, p_value=cut.p_value, p_method=cut.method, method=cut.method)
    yield row.with_estimate(cut.at_least, n=cut.n_low + cut.n_high)
    yield from _effect(found, cut)
    for level in (BELOW, ABOVE):
        side = found.side(cut.at_least, level)
        on_side = at_least(cut.at_least) if level == ABOVE else below(cut.at_least)
        of_side = replace(
            found.base, level=level, measure="", basis=_basis(data, asked.factor, side, found.table, on_side)
        )
        events = int((side["event"] == EVENT).sum())
        yield replace(of_side.counting("n", side.height, side.height))
        yield replace(of_side.counting("events", events, side.height), events=events)
        curve = _curve(data, side)
        for months in data.protocol.endpoints[found.base.endpoint].landmarks_months:
            at = replace(of_side, statistic="survival", time_months=months, unit="fraction")
            yield at.filled(
                curve if isinstance(curve, NotEstimable) else survival_at(curve, months * DAYS_PER_MONTH)
            )  # fmt: skip


def _curve(data: StudyData, subjects: pl.DataFrame) -> SurvivalCurve | NotEstimable:
    event = subjects["event"].to_numpy() == EVENT
    return kaplan_meier(subjects["aval"].to_numpy(), event, interval=data.protocol.intervals.survival)


def _of_response(found: Searched) -> Iterator[ResultRow]:
    """The area under the ROC curve, and the cut with its sensitivity and specificity on the data that chose it."""
    responded = (found.subjects["respfl"] == "Y").to_numpy()
    area = replace(found.base, statistic="roc_area", measure="roc_area", unit="")
    # The area needs no cut: nothing of it was chosen.
    area = replace(area, reasons=tuple(said for said in area.reasons if said.code != "data_derived"))
    yield area.filled(roc_area(responded, found.values))
    cut = youden_cut(responded, found.values)
    if isinstance(cut, NotEstimable):
        yield found.base.filled(cut)
        return
    low = [reason("lower_is_positive")] if cut.lower_is_positive else []
    # Of those at or below it where low values tell responders.
    row = found.base.beware(*low)
    yield replace(row, method="youden").with_estimate(cut.at_least, n=found.subjects.height)
    for statistic, value in (("sensitivity", cut.sensitivity), ("specificity", cut.specificity)):
        share = replace(row, statistic=statistic, measure=statistic, unit="fraction", method="youden")
        yield share.with_estimate(value, n=found.subjects.height)
