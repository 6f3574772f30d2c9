"""Where every subject went: enrolled, infused, evaluable, in remission, transplanted, relapsed, died."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.basis import Basis, rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData


def disposition_rows(data: StudyData) -> Iterator[ResultRow]:
    """One count per box of the subject flow, in flow order."""
    yield _box("Enrolled", rests_on("counted", "adam.adsl", data.adsl, "enrldt"))
    for infusion in data.protocol.infusions:
        given = data.adsl.filter(pl.col("infn") >= infusion.number)
        yield _box(f"Infused: {infusion.label}", rests_on("counted", "adam.adsl", given, "infn"))
        yield from _response_boxes(data, infusion.number)
    if data.adsl["hsctdt"].count():
        yield _box("Transplanted during the study", _dated(data, "hsctdt"), "outcome")
    yield _box("Relapsed after the first infusion", _dated(data, "relapsedt"), "outcome")
    yield _box("Died", _dated(data, "dthdt"), "outcome")
    alive = data.adsl.filter(pl.col("dthdt").is_null())
    yield _box("Alive at last contact", rests_on("counted", "adam.adsl", alive, "lstalvdt"), "outcome")


def _dated(data: StudyData, column: str) -> Basis:
    return rests_on("counted", "adam.adsl", data.adsl.filter(pl.col(column).is_not_null()), column)


def _response_boxes(data: StudyData, infusion: int) -> Iterator[ResultRow]:
    for window in data.protocol.response:
        if window.infusion == infusion:
            assessed = data.adrs.filter(infusion_number=infusion)
            after = f"after infusion {infusion}"
            evaluable, unknown = assessed.filter(evalfl="Y"), assessed.filter(evalfl="N")
            yield _box(f"Evaluable on day {window.day} {after}", rests_on("counted", "adam.adrs", evaluable))
            if unknown.height:
                basis = rests_on("counted", "adam.adrs", unknown)
                yield _box(f"Not evaluable on day {window.day} {after}", basis, "excluded")
            unread = assessed.filter(evalfl="U")
            if unread.height:
                basis = rests_on("counted", "adam.adrs", unread)
                yield _box(f"Response unknown on day {window.day} {after}", basis, "excluded")
            responders = assessed.filter(respfl="Y")
            yield _box(f"{'/'.join(window.responders)} {after}", rests_on("counted", "adam.adrs", responders))


def _box(label: str, basis: Basis, side: str = "") -> ResultRow:
    count = len(basis.rows)
    return ResultRow(
        "disposition",
        "disposition",
        "count",
        label,
        group_name=side,
        estimate=count,
        n=count,
        unit="subjects",
        basis=basis,
    )
