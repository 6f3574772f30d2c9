"""Where every subject went: enrolled, infused, evaluable, in remission, transplanted, relapsed, died."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData


def disposition_rows(data: StudyData) -> Iterator[ResultRow]:
    """One count per box of the subject flow, in flow order."""
    enrolled = data.adsl.height
    yield _box("Enrolled", enrolled)
    for infusion in data.protocol.infusions:
        given = data.adsl.filter(pl.col("infn") >= infusion.number).height
        yield _box(f"Infused: {infusion.label}", given)
        yield from _response_boxes(data, infusion.number)
    if transplanted := data.adsl["hsctdt"].count():
        yield _box("Transplanted during the study", transplanted, "outcome")
    yield _box("Relapsed after the first infusion", data.adsl["relapsedt"].count(), "outcome")
    yield _box("Died", data.adsl["dthdt"].count(), "outcome")
    yield _box("Alive at last contact", enrolled - data.adsl["dthdt"].count(), "outcome")


def _response_boxes(data: StudyData, infusion: int) -> Iterator[ResultRow]:
    for window in data.protocol.response:
        if window.infusion == infusion:
            assessed = data.adrs.filter(infusion_number=infusion)
            evaluable = assessed.filter(evalfl="Y").height
            yield _box(f"Evaluable on day {window.day} after infusion {infusion}", evaluable)
            if unknown := assessed.height - evaluable:
                yield _box(f"Not evaluable on day {window.day} after infusion {infusion}", unknown, "excluded")
            responders = assessed.filter(respfl="Y").height
            yield _box(f"{'/'.join(window.responders)} after infusion {infusion}", responders)


def _box(label: str, count: int, side: str = "") -> ResultRow:
    return ResultRow(
        "disposition",
        "disposition",
        "count",
        label,
        group_name=side,
        estimate=count,
        n=count,
        unit="subjects",
    )
