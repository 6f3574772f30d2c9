"""Last night's ranges against the answers that came since: how many figures lie where they were said to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from flows.night.night import Night
from flows.study.outcome import StudyOutcome
from flows.study_folder import load_study
from schemas.tables.meta.runs import REACH_SCORE
from warehouse.frame_store import FrameStore
from warehouse.published import read_build_keys
from warehouse.study_product import STUDY_TABLES, fits_the_tables

MISSED = "reach missed"
ASKED = "results.question_reach"
READ = (*STUDY_TABLES, "results.analysis", "results.reach", ASKED)


def score_night(night: Night, outcomes: Sequence[StudyOutcome]) -> pl.DataFrame:
    """Rows of meta.reach_score; none of a snapshot, and of a study that was not built anew or not published before."""
    if night.snapshot or not night.published.exists():
        return no_scores()
    return pl.concat([no_scores(), *_scored(night, outcomes)])


def no_scores() -> pl.DataFrame:
    """No row of meta.reach_score."""
    return pl.DataFrame(schema=REACH_SCORE.polars_schema)


def coverage(scores: pl.DataFrame) -> dict[str, int | float | None]:
    """How many figures were said to lie within a range, how many do, and their share in per cent; blank where none was."""
    told = scores["inside"].drop_nulls()
    inside = int(told.sum())
    return {"figures": len(told), "inside": inside, "coverage_pct": 100 * inside / len(told) if len(told) else None}


def missed_ranges(scores: pl.DataFrame) -> pl.DataFrame:
    """Rows of meta.alarm without words: a study of which a figure lies outside."""
    told = scores.drop_nulls("inside").group_by("study_id", maintain_order=True)
    counted = told.agg(n=(~pl.col("inside")).sum(), of=pl.len()).filter(pl.col("n") > 0)
    missed = [(study_id, "", MISSED, json.dumps({"n": n, "of": of})) for study_id, n, of in counted.iter_rows()]
    names = ("study_id", "site_id", "kind", "arguments")
    return pl.DataFrame(missed, schema=dict.fromkeys(names, pl.String), orient="row")


def _scored(night: Night, outcomes: Sequence[StudyOutcome]) -> Iterator[pl.DataFrame]:
    last, products = read_build_keys(night.published), FrameStore(night.settings.products)
    for outcome in outcomes:
        key = last.get(outcome.study_id)
        tonight = outcome.build_key
        if outcome.state != "built" or not key or not tonight or key == tonight or key not in products:
            continue
        last_night = products.folder(key)
        if not fits_the_tables(last_night) or pl.read_parquet(last_night / f"{ASKED}.parquet").is_empty():
            continue
        # What computes is imported where something is computed.
        from flows.study.reach import derive_apart, records_of
        from transforms.reach.records import DEFINED
        from transforms.reach.score import score_reach

        before, after = (
            records_of({name: pl.read_parquet(products.folder(one) / f"{name}.parquet") for name in READ})
            for one in (key, tonight)
        )
        # Of what the protocol changed since no range of the night before could know.
        if all(before.tables[name].equals(after.tables[name]) for name in DEFINED if name != "meta.study"):
            yield score_reach(before, after, load_study(night.settings, outcome.study_id).protocol, derive_apart)
