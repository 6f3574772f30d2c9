"""Groups compared within strata: the log-rank test or Gray's, its weighted forms and the test for trend, of subjects alike in other factors.

Belongs here: tests that a protocol asks for by `further.strata`. Plain tests are in time_to_event.py, ratios within strata in models.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from schemas.protocol import Endpoint, RiskFactor
from schemas.reasons import Reason, reason
from transforms.analyses.cautions import factor_cautions, level_cautions
from transforms.analyses.further_curves import WEIGHTS, base_row
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, immortal_time, with_level
from transforms.statistics import NotEstimable, TestResult, gray_test, logrank, logrank_trend

STRATIFIED: Final = "stratified_test"
# What a test is called that is not weighted; a weighted one stands under its weights.
PLAIN, GRAY, TREND = "log-rank", "gray", "log-rank-trend"


def stratified_rows(data: StudyData) -> Iterator[ResultRow]:
    """A row per stratified test of every endpoint that asks for strata, by each of its groups."""
    for name, endpoint in data.protocol.endpoints.items():
        for factor in endpoint.groups if endpoint.further.strata else ():
            yield from _compared(data, name, endpoint, factor)


def _compared(data: StudyData, name: str, endpoint: Endpoint, grouped: str) -> Iterator[ResultRow]:
    """Only subjects count whose group and stratum are known; how many are left out is said."""
    strata, subjects = endpoint.further.strata, data.subjects_of(name)
    factor, names = data.protocol.risk_factors[grouped], [grouped, *strata]
    known = {one: data.factor_of(subjects, one) for one in names}
    levels = pl.DataFrame({one: frame["level"] for one, frame in known.items()})
    whole = levels.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
    counted, levels = subjects.filter(whole), levels.filter(whole)
    row = base_row(data, name, counted, [with_level(one) for one in names])
    used = (data.factor_basis(counted, one, row.basis.who) for one in names)
    row = replace(row, factor=grouped, statistic=STRATIFIED, unit="chi-square", basis=sum(used, start=row.basis))
    row = row.beware(*_said(known, grouped, factor, strata), *factor_cautions(data, grouped, counted))
    for one in names:
        if refusal := immortal_time(one, data.protocol.risk_factors[one], known[one], subjects["startdt"]):
            yield replace(row, measure=stratified_code(GRAY if endpoint.competes else PLAIN)).filled(refusal)
            return
    labels = levels.select(pl.concat_str(list(strata), separator="\n")).to_series().to_list()
    for code, test in _tests(endpoint, factor, counted, levels[grouped].to_list(), labels):
        yield replace(row, measure=stratified_code(code)).filled(test)


def _tests(
    endpoint: Endpoint, factor: RiskFactor, counted: pl.DataFrame, groups: Sequence[str], strata: Sequence[str]
) -> Iterator[tuple[str, TestResult | NotEstimable]]:
    """Code and result of each test that the endpoint has without strata."""
    days, kind = counted["aval"].to_numpy(), counted["event"].to_numpy()
    if endpoint.competes:
        yield GRAY, gray_test(days, kind, groups, cause=EVENT, strata=strata)
        return
    event = np.asarray(kind == EVENT)
    yield PLAIN, logrank(days, event, groups, strata=strata)
    for code in endpoint.further.weights:
        yield code, logrank(days, event, groups, strata=strata, weights=WEIGHTS[code])
    if factor.scores is not None:
        yield TREND, logrank_trend(days, event, groups, factor.scores, strata=strata)


def _said(known: dict[str, pl.DataFrame], grouped: str, factor: RiskFactor, strata: Sequence[str]) -> Iterator[Reason]:
    yield reason("stratified_by", names=strata)
    yield from level_cautions(factor, known[grouped])
    unknown = pl.DataFrame({one: known[one]["level"] for one in strata}).select(pl.any_horizontal(pl.all().is_null()))
    if n := int(unknown.to_series().sum()):
        yield reason("stratum_unknown", names=strata, n=n, of=unknown.height)


def stratified_code(code: str) -> str:
    """The code of a test, within strata."""
    return f"stratified-{code}"
