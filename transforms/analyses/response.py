"""Response in each infusion's window, among the evaluable, those infused and all enrolled, and compared between groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from schemas.codelists import RESPONSE
from schemas.protocol import ResponseWindow
from transforms.analyses.basis import Basis, Role
from transforms.analyses.cautions import derived_cautions, factor_cautions, level_cautions, orphans_cautions
from transforms.analyses.endpoint_rows import BLANK, KNOWN, Conditions, Wanted
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import Sought, records_cautions
from transforms.analyses.study_data import StudyData, immortal_time, with_level
from transforms.analyses.unknown import unknown_rows
from transforms.statistics import Estimate, NotEstimable, compare_two_proportions, fisher_exact

CATEGORIES = tuple(code for code in RESPONSE.codes if code != "NE")
NOT_EVALUABLE, RESPONSE_UNKNOWN, NOT_INFUSED = "not_evaluable", "response_unknown", "not_infused"
RESPONDERS, MRD_NEGATIVE = "responders", "mrd_negative_responders"
MRD_NOT_EXAMINED, LATER = "mrd_not_examined", "responders_later"
# What every enrolled subject has one of.
PARTS = (*CATEGORIES, NOT_EVALUABLE, RESPONSE_UNKNOWN, NOT_INFUSED)


def response_rows(data: StudyData) -> Iterator[ResultRow]:
    """Every response category of every window, of all denominators."""
    for window in data.protocol.response:
        assessed = data.adrs.filter(infusion_number=window.infusion).sort("subject_id")
        yield from _category_rows(data, window, assessed)
        for name in window.groups:
            yield from _group_rows(data, window, assessed, name)


def _category_rows(data: StudyData, window: ResponseWindow, assessed: pl.DataFrame) -> Iterator[ResultRow]:
    evaluable = assessed.filter(evalfl="Y")
    found = {RESPONDERS: _rows(data, evaluable.filter(respfl="Y"), respfl="Y")}
    found |= {category: _rows(data, evaluable.filter(avalc=category), avalc=category) for category in CATEGORIES}
    if evaluable["mrdnegfl"].count():
        found[MRD_NEGATIVE] = _rows(data, evaluable.filter(mrdnegfl="Y"), "mrdnegfl", mrdnegfl="Y")
    not_told = (
        *records_cautions(data, data.received(window.infusion), Sought("response")),
        *orphans_cautions(data, ["response"], infusion=window.infusion),
    )
    unread = assessed.filter(evalfl="U")
    unsure = {MRD_NEGATIVE: (pl.concat([unread, evaluable.filter(mrdnegfl="U")]), data.listing("adam.adrs"))}
    given = data.received(window.infusion)
    denominators = {
        "evaluable": data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y"),
        "received": data.rests_on("counted", "adam.adex", given),
        "enrolled": data.rests_on("counted", "adam.adsl", data.adsl.sort("subject_id")),
    }
    for population, total in denominators.items():
        everyone = total.height + (unread.height if population == "evaluable" else 0)
        for measure, events in found.items():
            row = _row(window, population, measure).resting_on(total + events)
            row = row.filled(_share(data, events, total)).beware(*not_told)
            yield row
            open_, rests_on = unsure.get(measure, (unread, data.choosing("adam.adrs", evalfl="U")))
            yield from unknown_rows(row, events.height, open_, everyone, rests_on)
        if population == "evaluable":
            continue
        # Who was never given this infusion was never to be evaluated after it.
        apart = {NOT_EVALUABLE: _rows(data, assessed.filter(evalfl="N"), evalfl="N")}
        late = assessed.filter(pl.col("laterdt").is_not_null())
        if late.height:
            apart[LATER] = _rows(data, late, "laterdt", evalfl=None, laterdt=KNOWN)
        if unread.height:
            apart[RESPONSE_UNKNOWN] = _rows(data, unread, evalfl="U")
        never = data.adsl.join(given, on="subject_id", how="anti").sort("subject_id")
        if population == "enrolled" and never.height:
            apart[NOT_INFUSED] = data.rests_on("event", "adam.adsl", never, among=None)
        for measure, counted in apart.items():
            yield _row(window, population, measure).filled(_share(data, counted, total)).resting_on(total + counted)
    yield from _residual_rows(data, window, evaluable.filter(respfl="Y"))


def _residual_rows(data: StudyData, window: ResponseWindow, responders: pl.DataFrame) -> Iterator[ResultRow]:
    """Remission without residual disease among responders who were examined, and among all, with those who were not."""
    if not responders["mrdnegfl"].count():
        return
    examined = responders.filter(pl.col("mrdnegfl").is_in(["Y", "N"]))
    negative = _rows(data, responders.filter(mrdnegfl="Y"), "mrdnegfl", respfl="Y", mrdnegfl="Y")
    unexamined = responders.filter(~pl.col("mrdnegfl").is_in(["Y", "N"]).fill_null(value=False))

    def open_(role: Role, _: pl.DataFrame) -> Basis:
        """Those not known, and those not examined."""
        blank = responders.filter(pl.col("mrdnegfl").is_null())
        told = responders.filter(mrdnegfl="U")
        return data.rests_on(role, "adam.adrs", told, evalfl="Y", respfl="Y", mrdnegfl="U") + data.rests_on(
            role, "adam.adrs", blank, evalfl="Y", respfl="Y", mrdnegfl=BLANK
        )

    flags: dict[str, Conditions] = {"mrd_examined": {"mrdnegfl": ("Y", "N")}, "in_response": {}}
    for population, counted in (("mrd_examined", examined), ("in_response", responders)):
        total = data.rests_on("counted", "adam.adrs", counted, evalfl="Y", respfl="Y", **flags[population])
        row = _row(window, population, MRD_NEGATIVE).resting_on(total + negative)
        row = row.filled(_share(data, negative, total))
        yield row
        if population == "in_response":
            yield from unknown_rows(row, negative.height, unexamined, responders.height, open_)
            apart = open_("event", unexamined)
            yield (
                _row(window, population, MRD_NOT_EXAMINED).filled(_share(data, apart, total)).resting_on(total + apart)
            )


def _rows(data: StudyData, found: pl.DataFrame, column: str = "", **wanted: Wanted | None) -> Basis:
    """Of the evaluable, unless another evalfl is wanted, or none."""
    said: Conditions = {name: what for name, what in {"evalfl": "Y", **wanted}.items() if what is not None}
    return data.rests_on("event", "adam.adrs", found, column, **said)


def _share(data: StudyData, events: Basis, total: Basis) -> Estimate | NotEstimable:
    return _proportion(data, events.height, total.height)


def _group_rows(data: StudyData, window: ResponseWindow, assessed: pl.DataFrame, name: str) -> Iterator[ResultRow]:
    """Response by level of a risk factor among evaluable subjects, and the test between the levels."""
    factor, evaluable = data.protocol.risk_factors[name], assessed.filter(evalfl="Y")
    known = data.factor_of(evaluable, name)
    counted = data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y")
    basis = counted + data.factor_basis(evaluable, name, counted.who)
    base = replace(
        _row(window, "evaluable", RESPONDERS),
        factor=name,
        basis=basis,
    )
    if refusal := immortal_time(name, factor, known, evaluable["infusiondt"]):
        yield base.filled(refusal)
        return
    counts: list[tuple[int, int]] = []
    of_nobody = tuple(orphans_cautions(data, ["response"], infusion=window.infusion))
    for level in factor.level_names:
        of_level = evaluable.filter(known["level"] == level)
        among, responders = [with_level(name, level)], of_level.filter(respfl="Y")
        total = data.rests_on("counted", "adam.adrs", of_level, among=among, evalfl="Y")
        events = data.rests_on("event", "adam.adrs", responders, among=among, evalfl="Y", respfl="Y")
        counts.append((events.height, total.height))
        row = replace(
            _row(window, "evaluable", RESPONDERS), factor=name, level=level,
            basis=total + events + data.factor_basis(of_level, name, total.who),
        )  # fmt: skip
        row = row.filled(_share(data, events, total)).beware(*of_nobody, *derived_cautions(factor))
        yield row
        unread = assessed.filter(evalfl="U")
        unread = unread.filter(data.factor_of(unread, name)["level"] == level)
        open_ = data.choosing("adam.adrs", among=among, evalfl="U")
        yield from unknown_rows(row, events.height, unread, total.height + unread.height, open_)
    if len(counts) == 2:
        compared = compare_two_proportions(*counts[0], *counts[1], method=window.test)
    else:
        # The protocol's test compares two; of more levels the exact one has no rival.
        compared = fisher_exact([(count, total - count) for count, total in counts])
    test = replace(base, statistic="comparison", unit="")
    yield test.filled(compared).beware(*level_cautions(factor, known), *factor_cautions(data, name, evaluable))


def _row(window: ResponseWindow, population: str, measure: str) -> ResultRow:
    return ResultRow(
        f"response.i{window.infusion}", "response", "proportion",
        analysis_set=population, infusion=window.infusion, measure=measure,
        unit="fraction",
    )  # fmt: skip


def _proportion(data: StudyData, count: int, total: int) -> Estimate | NotEstimable:
    return share_of(data.protocol, count, total)
