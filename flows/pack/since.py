"""What changed since the last pack: its rows, and by replay what moved the headlines and which records came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from flows.settings import Settings
from schemas.errors import CartroveError
from transforms.attribution import KEY
from transforms.committee.changes import MovedBy


@dataclass(frozen=True)
class Since:
    """The pack before. folder: where it lies. why_not: why its night could not be replayed; empty where it was."""

    pack: str
    folder: Path
    run_id: str
    sha256: str
    moved: Sequence[MovedBy] = ()
    records: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    why_not: str = ""

    def rows(self, kind: str) -> pl.DataFrame:
        """Rows of results.analysis as its report of the same kind told them."""
        return pl.read_parquet(self.folder / kind / "results.parquet")


def explained(since: Since, settings: Settings, study_id: str, run_id: str) -> Since:
    """With what moved between the run of the pack before and another."""
    from flows.why.attributed import attributed_results
    from flows.why.explain import explain_nights

    if since.run_id == run_id:
        return since
    try:
        (found,) = explain_nights(settings, [study_id], since.run_id, run_id, "")
    except CartroveError as error:
        return replace(since, why_not=str(error))
    moved = [
        MovedBy(tuple(row[name] for name in KEY), row["unit"], one.code, one.study_files, one.data)
        for row, one in zip(found.asked.iter_rows(named=True), attributed_results(found), strict=True)
    ]
    counts = Counter((change.site_id, change.domain, change.kind) for change in found.changes)
    return replace(since, moved=moved, records=dict(sorted(counts.items())))
