"""Curves that a reader may lay beside the printed ones: an endpoint under its other definitions, and with intervals of another kind.

They are computed with the printed ones and by the same functions, so that a page can show them without computing anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from schemas.tables import TABLES
from transforms.analyses.time_to_event import Outcome
from transforms.definitions_beside import Definition
from transforms.statistics.survival_intervals import Interval, compute_bounds

# What papers print: symmetric on the scale of the hazard, as R and SAS do it today, or on that of the probability.
KINDS: tuple[Interval, ...] = ("log-log", "plain")


def curves_beside(
    study_id: str, outcomes: Iterable[Outcome], beside: Sequence[tuple[Definition, Outcome]]
) -> pl.DataFrame:
    """Rows of results.curve_beside.

    outcomes: of the endpoints as the protocol defines them. beside: of their other definitions; the protocol's own among them,
    which comes first of its endpoint, is left out.
    """
    own = [
        _with_interval(curve, kind).with_columns(definition=pl.lit(""))
        for outcome in outcomes
        for curve in outcome.curves
        for kind in KINDS
        if kind != curve["interval_kind"][0]
    ]
    firsts = {definition.of: definition.key for definition, _ in reversed(beside)}
    others = [
        _with_interval(curve, kind).with_columns(analysis_id=pl.lit(definition.of), definition=pl.lit(definition.key))
        for definition, outcome in beside
        if definition.key != firsts[definition.of]
        for curve in outcome.curves
        for kind in _kinds_of(curve)
    ]
    schema = TABLES["results.curve_beside"].polars_schema
    frames = [
        frame.with_columns(study_id=pl.lit(study_id)).select(pl.col(name).cast(kind) for name, kind in schema.items())
        for frame in (*own, *others)
    ]
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def _kinds_of(curve: pl.DataFrame) -> Iterator[Interval]:
    """The protocol's kind first, which no printed curve shows of another definition."""
    yield from dict.fromkeys((curve["interval_kind"][0], *KINDS))


def _with_interval(curve: pl.DataFrame, kind: Interval) -> pl.DataFrame:
    """A curve whose bounds are of a kind. Its estimates and errors stay."""
    estimate, error = (curve[name].cast(pl.Float64).to_numpy() for name in ("estimate", "standard_error"))
    low, high = compute_bounds(estimate, error.astype(np.float64), kind, curve["ci_level"][0])
    bounds = {"ci_low": pl.Series(low, dtype=pl.Float64), "ci_high": pl.Series(high, dtype=pl.Float64)}
    return curve.with_columns(interval_kind=pl.lit(kind), **bounds)
