"""Response by subgroup: the rate in each, whether it differs between them, and whether a contrast has another effect in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from schemas.protocol import ResponseWindow
from schemas.protocol.response_design import Subgroups
from schemas.reasons import reason
from transforms.analyses.cautions import level_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import Rows
from transforms.analyses.response import RESPONDERS
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.study_data import StudyData, immortal_time, with_level
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import Categorical, NotEstimable, build_design, fisher_exact, fit_logistic
from transforms.statistics.design import INTERACTION

SECTION = "subgroup"
INTERACTS = "interaction"


def subgroup_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every window whose response the protocol tells by subgroup."""
    for window in data.protocol.response:
        if window.subgroups is not None:
            evaluable = data.adrs.filter(infusion_number=window.infusion, evalfl="Y").sort("subject_id")
            for name in window.subgroups.factors:
                yield from _factor_rows(data, window, window.subgroups, evaluable, name)


def _factor_rows(
    data: StudyData, window: ResponseWindow, stated: Subgroups, evaluable: pl.DataFrame, name: str
) -> Iterator[ResultRow]:
    factor, known = data.protocol.risk_factors[name], data.factor_of(evaluable, name)
    everyone = data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y")
    base = ResultRow(
        f"{SECTION}.i{window.infusion}", SECTION, "proportion", analysis_set="evaluable", infusion=window.infusion,
        measure=RESPONDERS, factor=name, unit="fraction", reasons=tuple(orphans_cautions(data, ["response"], infusion=window.infusion)),
        basis=everyone + data.factor_basis(evaluable, name, everyone.who),
    )  # fmt: skip
    if refusal := immortal_time(name, factor, known, evaluable["infusiondt"]):
        yield base.filled(refusal)
        return
    unread = data.adrs.filter(infusion_number=window.infusion, evalfl="U").sort("subject_id")
    of_unread = data.factor_of(unread, name)["level"]
    counts = []
    for level in factor.level_names:
        members = evaluable.filter(known["level"] == level)
        responders = members.filter(respfl="Y")
        counts.append((responders.height, members.height - responders.height))
        among = [with_level(name, level)]
        counted = data.rests_on("counted", "adam.adrs", members, among=among, evalfl="Y")
        basis = counted + data.rests_on("event", "adam.adrs", responders, among=among, evalfl="Y", respfl="Y")
        # A subgroup of nobody rests on those it was looked for among.
        basis = basis + data.factor_basis(members, name, counted.who) if members.height else base.basis
        row = replace(base, level=level, basis=basis)
        filled = row.filled(share_of(data.protocol, responders.height, members.height))
        yield filled
        open_ = unread.filter(of_unread == level)
        rests_on = data.choosing("adam.adrs", among=among, evalfl="U")
        yield from unknown_rows(filled, responders.height, open_, members.height + open_.height, rests_on)
        if stated.contrast is not None:
            yield _effect(
                data, replace(row, statistic="odds_ratio", unit="ratio"), stated.contrast, members, counted.who
            )
    said = level_cautions(factor, known)
    yield replace(base, statistic="comparison", unit="").filled(fisher_exact(counts)).beware(*said)
    if stated.contrast is not None:
        yield _interaction(data, replace(base, statistic=INTERACTS, unit=""), stated.contrast, evaluable, everyone.who)


def _variable(data: StudyData, name: str, subjects: pl.DataFrame) -> Categorical:
    levels = data.protocol.risk_factors[name].level_names
    return Categorical(name, data.factor_of(subjects, name)["level"].to_list(), levels)


def _effect(
    data: StudyData, row: ResultRow, contrast: str, members: pl.DataFrame, who: Sequence[Rows] | None
) -> ResultRow:
    """The odds ratio of the contrast among the members of one subgroup."""
    row = replace(row, measure=contrast).resting_on(row.basis + data.factor_basis(members, contrast, who))
    if refusal := _refusal(data, contrast, members):
        return row.filled(refusal)
    if members.is_empty():
        return row.filled(NotEstimable(reason("no_subjects")))
    fit = fit_logistic(_responded(members), build_design([_variable(data, contrast, members)]))
    if isinstance(fit, NotEstimable):
        return row.filled(fit)
    return row.with_ratio(fit, fit.terms[0]) if fit.terms else row.filled(NotEstimable(reason("no_covariate_differs")))


def _interaction(
    data: StudyData, row: ResultRow, contrast: str, evaluable: pl.DataFrame, who: Sequence[Rows] | None
) -> ResultRow:
    """Whether the odds ratio of the contrast differs between the subgroups: the joint test of the product terms."""
    row = replace(row, measure=contrast).resting_on(row.basis + data.factor_basis(evaluable, contrast, who))
    if refusal := _refusal(data, contrast, evaluable):
        return row.filled(refusal)
    variables = [_variable(data, name, evaluable) for name in (row.factor, contrast)]
    fit = fit_logistic(_responded(evaluable), build_design(variables, interactions=[(row.factor, contrast)]))
    if isinstance(fit, NotEstimable):
        return row.filled(fit)
    test = fit.variable_tests.get(f"{row.factor}{INTERACTION}{contrast}")
    if test is None:
        return row.filled(NotEstimable(reason("no_covariate_differs")))
    return replace(row.filled(test).beware(*fit.warnings), n=fit.n, events=fit.events)


def _refusal(data: StudyData, contrast: str, subjects: pl.DataFrame) -> NotEstimable | None:
    """A contrast known only later is none of day 0."""
    known = data.factor_of(subjects, contrast)
    return immortal_time(contrast, data.protocol.risk_factors[contrast], known, subjects["infusiondt"])


def _responded(subjects: pl.DataFrame) -> np.ndarray:
    return (subjects["respfl"] == "Y").cast(pl.Int64).to_numpy()
