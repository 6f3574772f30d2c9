"""Measurements held against groups by ranks: marrow blasts of responders and others, the peak of CAR-T cells by disease status.

Belongs here: whose values are compared. The values of each product by themselves are in kinetics.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from schemas.codelists import MATRIX
from schemas.protocol import MeasuredByGroup
from schemas.protocol.further import RESPONSE_GROUPS
from schemas.reasons import Reason, coded, reason
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import detail_cautions, factor_cautions, level_cautions, orphans_cautions
from transforms.analyses.cell_kinetics import derive_adck
from transforms.analyses.endpoint_rows import KNOWN, Conditions, Rows, about
from transforms.analyses.endpoint_rows import rows as rows_of
from transforms.analyses.kinetics import sample_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, known_for, with_level
from transforms.statistics import (
    NotEstimable,
    TestResult,
    hodges_lehmann,
    kruskal_wallis,
    summarize,
    wilcoxon_rank_sum,
)

SECTION = "measured"
SHIFT, TEST = "location_shift", "rank_test"
# What adrs.respfl says of responders and of the other evaluable subjects.
NOT_RESPONDED, RESPONDED = "N", "Y"


@dataclass(frozen=True)
class Values:
    """One measurement of subjects: subject_id and value, row for row of the endpoint table they stand in; and its keys.

    who: what says who the subjects are. also: tables that are none of the study's own.
    """

    frame: pl.DataFrame
    table: str
    rows: pl.DataFrame
    unit: str
    keys: Mapping[str, str]
    said: tuple[Reason, ...]
    who: tuple[Rows, ...]
    also: Mapping[str, pl.DataFrame]

    @property
    def held(self) -> Conditions:
        """What a row holds whose value is known."""
        return {"status": "estimated"} if self.also else {"value_number": KNOWN}

    @property
    def known(self) -> tuple[Rows, ...]:
        """What says whose value is known."""
        return (*self.who, about(self.table, self.rows, self.held))


def measured_rows(data: StudyData) -> Iterator[ResultRow]:
    """Every measurement the protocol holds against groups: median and range by level, shift and test."""
    for name, asked in data.protocol.measured.items():
        for values in _values(data, asked):
            yield from _compared(data, name, asked, values)


def _compared(data: StudyData, name: str, asked: MeasuredByGroup, values: Values) -> Iterator[ResultRow]:
    grouped = _grouped(data, asked, values)
    levels, of = grouped.levels, grouped.frame.drop_nulls(["value", "level"])
    base = ResultRow(
        f"{SECTION}.{name}", SECTION, "", analysis_set=_analysis_set(asked), infusion=asked.infusion,
        measure=asked.factor or asked.kinetics or "", factor=asked.by, unit=values.unit,
        reasons=tuple(dict.fromkeys((*values.said, *grouped.said))),
    )  # fmt: skip
    assay, matrix, quantity = (values.keys.get(name, "") for name in ("assay", "matrix", "quantity"))
    base = replace(base, assay=assay, matrix=matrix, quantity=quantity)
    samples: list[Sequence[float]] = []
    for level in levels:
        members = of.filter(level=level)
        samples.append(members["value"].to_list())
        row = replace(base, level=level, n=members.height, basis=_basis(data, values, grouped, members, level))
        found = summarize(samples[-1])
        if isinstance(found, NotEstimable):
            yield replace(row, statistic="median").filled(found)
            continue
        for statistic, value in (("median", found.median), ("min", found.low), ("max", found.high)):
            yield replace(row, statistic=statistic, method=found.method).with_estimate(value)
    tested = base.resting_on(_basis(data, values, grouped, of))
    if len(levels) == 2:
        ((reference, level),) = pairwise(levels)
        shift = replace(tested, statistic=SHIFT, level=level, reference_level=reference)
        yield shift.filled(hodges_lehmann(samples[1], samples[0]))
    yield replace(tested, statistic=TEST, unit="", n=of.height).filled(_test(samples))


def _test(samples: Sequence[Sequence[float]]) -> TestResult | NotEstimable:
    """The exact test of two groups, its normal approximation where there are too many; of more groups Kruskal and Wallis's."""
    if len(samples) != 2:
        return kruskal_wallis(samples)
    found = wilcoxon_rank_sum(samples[1], samples[0])
    if isinstance(found, NotEstimable) and "too_many_for_exact" in {said.code for said in coded(found.reason)}:
        return wilcoxon_rank_sum(samples[1], samples[0], method="normal-corrected")
    return found


def _analysis_set(asked: MeasuredByGroup) -> str:
    if asked.population is not None:
        return asked.population
    return "evaluable" if asked.by == RESPONSE_GROUPS else "sampled" if asked.kinetics else "enrolled"


def _counted(data: StudyData, asked: MeasuredByGroup) -> pl.DataFrame:
    """subject_id of whom a measurement may be of."""
    if asked.population is not None:
        return data.adpop.filter(population=asked.population, popfl="Y").select("subject_id")
    return data.adsl.select("subject_id")


def _values(data: StudyData, asked: MeasuredByGroup) -> Iterator[Values]:
    """The values of a risk factor; or those of a parameter of kinetics, profile by profile."""
    counted = _counted(data, asked).sort("subject_id")
    who = (rows_of("adam.adpop", population=asked.population, popfl="Y"),) if asked.population is not None else ()
    if asked.factor is not None:
        rows = known_for(counted, data.adrisk.filter(risk_factor=asked.factor))
        frame = data.factor_of(counted, asked.factor).select("subject_id", value="value_number")
        said = (
            *detail_cautions(_measured_of(data, asked, frame)),
            *factor_cautions(data, asked.factor, counted),
        )
        yield Values(frame, "adam.adrisk", rows, data.protocol.risk_factors[asked.factor].unit, {}, said, who, {})
        return
    adck = derive_adck(data.adcks, data.protocol.kinetics)
    of = adck.filter(infusion_number=asked.infusion, paramcd=asked.kinetics or "")
    by_matrix = pl.col("matrix").cast(pl.Enum(list(MATRIX.codes)))
    ordered = known_for(counted, of).sort("assay", by_matrix, "quantity", "subject_id", maintain_order=True)
    for keys, rows in ordered.group_by(("assay", "matrix", "quantity"), maintain_order=True):
        known = rows.filter(status="estimated")
        lost = rows.height - known.height
        missing = [reason("profiles_not_estimable", n=lost, of=rows.height)] if lost else []
        yield Values(
            known.select("subject_id", value="aval"), "adam.adck", known, rows["avalu"][0],
            dict(zip(("assay", "matrix", "quantity"), map(str, keys), strict=True)), (*sample_cautions(data), *missing), who,
            {"adam.adck": adck},
        )  # fmt: skip


def _measured_of(data: StudyData, asked: MeasuredByGroup, frame: pl.DataFrame) -> pl.Series:
    """The values of those who are in the groups: nobody else's is missed."""
    if asked.by != RESPONSE_GROUPS:
        return frame["value"]
    evaluable = data.adrs.filter(infusion_number=asked.infusion, evalfl="Y")
    return frame.join(evaluable, on="subject_id", how="semi")["value"]


@dataclass(frozen=True)
class Grouped:
    """Values with the level of each subject, the levels in order, the rows that put subjects into them, and what is doubtful of that.

    who: what says who is in one of some levels, in any where none is named.
    """

    frame: pl.DataFrame
    levels: Sequence[str]
    basis: Callable[[pl.DataFrame, tuple[str, ...]], Basis]
    who: Callable[[tuple[str, ...]], Rows]
    said: tuple[Reason, ...]


def _grouped(data: StudyData, asked: MeasuredByGroup, values: Values) -> Grouped:
    if asked.by == RESPONSE_GROUPS:
        return _by_response(data, asked, values)
    frame = values.frame
    factor, known = data.protocol.risk_factors[asked.by], data.factor_of(frame, asked.by)
    said = (*level_cautions(factor, known), *factor_cautions(data, asked.by, frame))
    return Grouped(
        frame.with_columns(level=known["level"]),
        factor.level_names,
        lambda of, level: data.rests_on(
            "group",
            "adam.adrisk",
            known_for(of, data.adrisk.filter(risk_factor=asked.by)),
            also=values.also,
            among=(*values.known, with_level(asked.by, *level)),
        ),
        lambda level: with_level(asked.by, *level),
        said,
    )


def _by_response(data: StudyData, asked: MeasuredByGroup, values: Values) -> Grouped:
    """Responders and the other evaluable subjects; whose response is unknown is in neither."""
    frame, assessed = values.frame, data.adrs.filter(infusion_number=asked.infusion)
    flagged = assessed.filter(evalfl="Y").select("subject_id", level="respfl")
    unread = assessed.filter(evalfl="U").join(frame, on="subject_id", how="semi").height
    said = (
        *([reason("response_unknown", n=unread, of=assessed.height)] if unread else []),
        *orphans_cautions(data, ["response"], infusion=asked.infusion),
    )
    return Grouped(
        frame.join(flagged, on="subject_id", how="left", validate="m:1"),
        [NOT_RESPONDED, RESPONDED],
        lambda of, level: data.rests_on(
            "group", "adam.adrs", known_for(of, assessed), also=values.also, among=values.known, **_answered(level)
        ),
        lambda level: rows_of("adam.adrs", infusion_number=asked.infusion or 0, **_answered(level)),
        said,
    )


def _answered(level: tuple[str, ...]) -> Conditions:
    """Of evaluable subjects, those with one of some answers, or with any."""
    return {"evalfl": "Y", "respfl": level or (NOT_RESPONDED, RESPONDED)}


def _basis(data: StudyData, values: Values, grouped: Grouped, members: pl.DataFrame, *level: str) -> Basis:
    """The values of the members of one group, or of all groups, and what put them there."""
    rows, who = known_for(members, values.rows), (*values.who, grouped.who(level))
    found = data.rests_on("value", values.table, rows, also=values.also, among=who, **values.held)
    return found + grouped.basis(members, level)
