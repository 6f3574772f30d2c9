"""Where every subject went: enrolled, infused or why not, evaluable, in remission, transplanted, relapsed, died; and who is in which
population, or why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import polars as pl

from transforms.analyses.basis import Basis
from transforms.analyses.endpoint_rows import BLANK, KNOWN, Conditions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData

DIED, ALIVE = "died", "alive"
NOT_INFUSED, NOT_REPORTED = "not_infused", "not_reported"
IN_POPULATION, EXCLUDED, UNDECIDED = "in_population", "excluded", "undecided"
# Where a box of the flow stands that is not on its way from enrollment to response.
SIDES: dict[str, Literal["excluded", "outcome"]] = {
    NOT_INFUSED: "excluded",
    "not_evaluable": "excluded",
    "response_unknown": "excluded",
    **dict.fromkeys(("transplanted", "relapsed", DIED, ALIVE), "outcome"),
}


def disposition_rows(data: StudyData) -> Iterator[ResultRow]:
    """One count per box of the subject flow, in flow order; then the populations of the protocol with who is not in them."""
    yield _box("enrolled", data.rests_on("counted", "adam.adsl", data.adsl, "enrldt"))
    before = data.adsl.select("subject_id")
    for infusion in data.protocol.infusions:
        if infusion.course_of is not None and infusion.within_days is None:
            continue
        given = data.received(infusion.number)
        yield from _not_infused_boxes(data, infusion.number, before)
        yield _box("infused", data.rests_on("counted", "adam.adex", given), infusion=infusion.number)
        yield from _response_boxes(data, infusion.number)
        before = given.select("subject_id")
    if data.adsl["hsctdt"].count():
        yield _box("transplanted", _dated(data, "hsctdt"))
    yield _box("relapsed", _dated(data, "relapsedt"))
    yield _box(DIED, _dated(data, "dthdt"))
    alive = data.adsl.filter(pl.col("dthdt").is_null())
    yield _box(ALIVE, data.rests_on("counted", "adam.adsl", alive, "lstalvdt", dthdt=BLANK))
    yield from _population_rows(data)


def _dated(data: StudyData, column: str) -> Basis:
    dated = data.adsl.filter(pl.col(column).is_not_null())
    known: Conditions = {column: KNOWN}
    return data.rests_on("counted", "adam.adsl", dated, column, **known)


def _not_infused_boxes(data: StudyData, infusion: int, before: pl.DataFrame) -> Iterator[ResultRow]:
    """Why an infusion was not given to those who came to it: as sites say, else that nobody does.

    before: those enrolled, or given the infusion before. Of a later one, which not all need, only what sites report is on record.
    """
    missing = before.join(data.received(infusion), on="subject_id", how="anti")
    told = data.adds.filter(dsdecod="not infused", infusion_number=infusion).join(missing, on="subject_id", how="semi")
    told = told.with_columns(pl.col("dsreas").fill_null(NOT_REPORTED)).sort("subject_id")
    for reason in told["dsreas"].unique().sort():
        counted = data.rests_on("counted", "adam.adds", told.filter(dsreas=reason))
        yield _box(NOT_INFUSED, counted, infusion=infusion, level=reason)


def _response_boxes(data: StudyData, infusion: int) -> Iterator[ResultRow]:
    for window in data.protocol.response:
        if window.infusion == infusion:
            assessed = data.adrs.filter(infusion_number=infusion)
            evaluable, unknown = assessed.filter(evalfl="Y"), assessed.filter(evalfl="N")
            counted = data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y")
            yield _box("evaluable", counted, infusion=infusion)
            if unknown.height:
                basis = data.rests_on("counted", "adam.adrs", unknown, evalfl="N")
                yield _box("not_evaluable", basis, infusion=infusion)
            unread = assessed.filter(evalfl="U")
            if unread.height:
                basis = data.rests_on("counted", "adam.adrs", unread, evalfl="U")
                yield _box("response_unknown", basis, infusion=infusion)
            responders = assessed.filter(respfl="Y")
            basis = data.rests_on("counted", "adam.adrs", responders, respfl="Y")
            yield _box("responders", basis, infusion=infusion)


def _population_rows(data: StudyData) -> Iterator[ResultRow]:
    """Of each population: who belongs, who does not by the first condition not met, and of whom it is not known."""
    for name in data.protocol.populations:
        judged = data.adpop.filter(population=name).sort("subject_id")
        yield _of_population(data, name, IN_POPULATION, judged.filter(popfl="Y"), popfl="Y")
        for measure, flag in ((EXCLUDED, "N"), (UNDECIDED, "U")):
            apart = judged.filter(popfl=flag)
            for why in apart["exclcd"].unique().sort():
                yield _of_population(data, name, measure, apart.filter(exclcd=why), popfl=flag, exclcd=why)


def _of_population(data: StudyData, name: str, measure: str, subjects: pl.DataFrame, **flags: Any) -> ResultRow:
    return ResultRow(
        "populations", "disposition", "count",
        analysis_set=name, measure=measure, level=flags.get("exclcd", ""),
        estimate=subjects.height, n=subjects.height, unit="subjects",
        basis=data.rests_on("counted", "adam.adpop", subjects, **flags),
    )  # fmt: skip


def _box(measure: str, basis: Basis, *, infusion: int | None = None, level: str = "") -> ResultRow:
    count = basis.height
    return ResultRow(
        "disposition",
        "disposition",
        "count",
        analysis_set="enrolled",
        measure=measure,
        infusion=infusion,
        level=level,
        estimate=count,
        n=count,
        unit="subjects",
        basis=basis,
    )
