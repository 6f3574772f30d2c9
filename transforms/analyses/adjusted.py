"""Survival, incidence or event-free time by a month fixed in advance, adjusted for covariates: regression on pseudo-observations.

Belongs here: what a protocol asks by `further.adjusted`. Models of hazards are in models.py, unadjusted differences in further_curves.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from schemas.protocol import Endpoint
from schemas.protocol.further import AdjustedAt
from schemas.reasons import reason
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.cautions import factor_cautions
from transforms.analyses.further_curves import base_row
from transforms.analyses.models import against_somebody, variable_of
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, immortal_time
from transforms.statistics import (
    Categorical,
    Link,
    NotEstimable,
    Numeric,
    PseudoModel,
    PseudoOf,
    build_design,
    fit_pseudo_observations,
)

LINKS: Final[dict[str, Link]] = {
    "identity": "identity",
    "log": "log",
    "logit": "logit",
    "complementary-log-log": "complementary log-log",
}
# What the effects of each link are: of a share at a time, and of a mean time.
OF_SHARES: Final = {
    "identity": ("adjusted_difference", "fraction"),
    "log": ("adjusted_risk_ratio", "ratio"),
    "logit": ("adjusted_odds_ratio", "ratio"),
    "complementary-log-log": ("adjusted_hazard_ratio", "ratio"),
}
OF_MEANS: Final = {"identity": ("adjusted_mean_difference", "months"), "log": ("adjusted_mean_ratio", "ratio")}


def adjusted_rows(data: StudyData) -> Iterator[ResultRow]:
    """A row per covariate, or level of one, of every regression that an endpoint asks for."""
    for name, endpoint in data.protocol.endpoints.items():
        for asked in endpoint.further.adjusted:
            yield from _fitted(data, name, endpoint, asked)


def _fitted(data: StudyData, name: str, endpoint: Endpoint, asked: AdjustedAt) -> Iterator[ResultRow]:
    """Every subject makes the pseudo-observations; only those with all covariates known enter the regression."""
    subjects = data.subjects_of(name)
    statistic, unit = (OF_MEANS if asked.of_mean else OF_SHARES)[asked.link]
    row = replace(base_row(data, name, subjects), statistic=statistic, unit=unit, time_months=asked.months)
    used = (data.factor_basis(subjects, one, row.basis.who) for one in asked.covariates)
    row = row.resting_on(sum(used, start=row.basis))
    covariates: list[Categorical | Numeric] = []
    for one in asked.covariates:
        factor, known = data.protocol.risk_factors[one], data.factor_of(subjects, one)
        if refusal := immortal_time(one, factor, known, subjects["startdt"]):
            yield replace(row, factor=one).filled(refusal)
            return
        covariates.append(variable_of(one, factor, known))
        row = row.beware(*(said for said in factor_cautions(data, one, subjects) if said not in row.reasons))
    complete = build_design(covariates).complete
    covariates = [against_somebody(one, pl.Series(complete)) for one in covariates]
    found = fit_pseudo_observations(
        subjects["aval"].to_numpy() / DAYS_PER_MONTH,
        subjects["event"].to_numpy(),
        build_design(covariates),
        asked.months,
        of=_of(endpoint, asked),
        cause=EVENT,
        link=LINKS[asked.link],
    )
    if isinstance(found, NotEstimable):
        for one in asked.covariates:
            yield replace(row, factor=one).filled(found)
        return
    yield from _terms(row, found, subjects.height)


def _of(endpoint: Endpoint, asked: AdjustedAt) -> PseudoOf:
    if asked.of_mean:
        return "restricted mean"
    return "incidence" if endpoint.competes else "survival"


def _terms(row: ResultRow, found: PseudoModel, everyone: int) -> Iterator[ResultRow]:
    if found.n_missing:
        row = row.beware(reason("covariates_missing", n=found.n_missing, of=everyone))
    if found.not_estimable:
        row = row.beware(reason("covariates_left_out", names=[column.name for column in found.not_estimable]))
    for term in found.terms:
        of_term = replace(
            row, factor=term.variable, level=term.level, reference_level=term.reference,
            measure="" if term.level else "per_unit",
        )  # fmt: skip
        yield replace(of_term.filled(term.effect), p_value=term.test.p_value, p_method=term.test.method)
