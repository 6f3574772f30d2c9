"""Where every subject went: enrolled, infused, evaluable, in remission, transplanted, relapsed, died."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import polars as pl

from transforms.analyses.basis import Basis, rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData

DIED, ALIVE = "died", "alive"
# Where a box of the flow stands that is not on its way from enrollment to response.
SIDES: dict[str, Literal["excluded", "outcome"]] = {
    "not_evaluable": "excluded",
    "response_unknown": "excluded",
    **dict.fromkeys(("transplanted", "relapsed", DIED, ALIVE), "outcome"),
}


def disposition_rows(data: StudyData) -> Iterator[ResultRow]:
    """One count per box of the subject flow, in flow order."""
    yield _box("enrolled", rests_on("counted", "adam.adsl", data.adsl, "enrldt"))
    for infusion in data.protocol.infusions:
        if infusion.course_of is not None and infusion.within_days is None:
            continue
        counted = rests_on("counted", "adam.adex", data.received(infusion.number))
        yield _box("infused", counted, infusion=infusion.number)
        yield from _response_boxes(data, infusion.number)
    if data.adsl["hsctdt"].count():
        yield _box("transplanted", _dated(data, "hsctdt"))
    yield _box("relapsed", _dated(data, "relapsedt"))
    yield _box(DIED, _dated(data, "dthdt"))
    alive = data.adsl.filter(pl.col("dthdt").is_null())
    yield _box(ALIVE, rests_on("counted", "adam.adsl", alive, "lstalvdt"))


def _dated(data: StudyData, column: str) -> Basis:
    return rests_on("counted", "adam.adsl", data.adsl.filter(pl.col(column).is_not_null()), column)


def _response_boxes(data: StudyData, infusion: int) -> Iterator[ResultRow]:
    for window in data.protocol.response:
        if window.infusion == infusion:
            assessed = data.adrs.filter(infusion_number=infusion)
            evaluable, unknown = assessed.filter(evalfl="Y"), assessed.filter(evalfl="N")
            counted = rests_on("counted", "adam.adrs", evaluable)
            yield _box("evaluable", counted, infusion=infusion)
            if unknown.height:
                basis = rests_on("counted", "adam.adrs", unknown)
                yield _box("not_evaluable", basis, infusion=infusion)
            unread = assessed.filter(evalfl="U")
            if unread.height:
                basis = rests_on("counted", "adam.adrs", unread)
                yield _box("response_unknown", basis, infusion=infusion)
            responders = assessed.filter(respfl="Y")
            basis = rests_on("counted", "adam.adrs", responders)
            yield _box("responders", basis, infusion=infusion)


def _box(measure: str, basis: Basis, *, infusion: int | None = None) -> ResultRow:
    count = len(basis.rows)
    return ResultRow(
        "disposition",
        "disposition",
        "count",
        analysis_set="enrolled",
        measure=measure,
        infusion=infusion,
        estimate=count,
        n=count,
        unit="subjects",
        basis=basis,
    )
