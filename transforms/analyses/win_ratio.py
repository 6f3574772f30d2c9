"""Win ratio: every subject of one group against every subject of the other, on outcomes in order of weight.

Subjects count who are in every endpoint named and have a known group and every factor named. Each pair, with what decided it, is a row
of results.pair while the protocol's bound allows; beyond it the counts alone are told, and that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from schemas.protocol.win_ratio import SECTION, WinRatio, analysis_of
from schemas.reasons import Reason, reason
from schemas.tables.results import PAIR
from transforms.analyses.basis import Basis
from transforms.analyses.cautions import cautions, level_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import EVENT, StudyData, immortal_time
from transforms.statistics import MeasuredOutcome, NotEstimable, TimedOutcome, win_ratio
from transforms.statistics import WinRatio as Found

RATIO, WINS, LOSSES, TIES = "win_ratio", "wins", "losses", "ties"
UNIT = "pairs"


@dataclass(frozen=True)
class _Compared:
    """The subjects compared, in order: subject_id, group and a column per outcome. basis: the rows they rest on."""

    subjects: pl.DataFrame
    basis: Basis
    said: tuple[Reason, ...]
    refusal: NotEstimable | None


def win_ratio_rows(data: StudyData) -> Iterator[ResultRow]:
    """Rows of every comparison of the protocol."""
    for name, stated in data.protocol.win_ratios.items():
        yield from _rows(data, name, stated)


def pair_frame(data: StudyData) -> pl.DataFrame:
    """Every pair of every comparison whose pairs are few enough to be listed, as results.pair."""
    frames = [pl.DataFrame(schema=PAIR.polars_schema)]
    for name, stated in data.protocol.win_ratios.items():
        compared = _compared(data, stated)
        found = _found(stated, compared)
        if isinstance(found, Found) and found.sign.size <= stated.listed_pairs:
            frames.append(_pairs(data, name, stated, compared, found))
    return pl.concat(frames)


def _rows(data: StudyData, name: str, stated: WinRatio) -> Iterator[ResultRow]:
    compared = _compared(data, stated)
    reference = next(
        level for level in data.protocol.risk_factors[stated.groups].level_names if level != stated.treated
    )
    endpoint = data.protocol.endpoints[stated.endpoints[0]]
    base = ResultRow(
        analysis_of(name), SECTION, "", analysis_set=endpoint.population, factor=stated.groups, reasons=compared.said,
        basis=compared.basis, n=compared.subjects.height,
    )  # fmt: skip
    for level in (stated.treated, reference):
        of_level = compared.subjects.filter(group=level).height
        yield replace(base, level=level).counting("n", of_level, compared.subjects.height)
    ratio = replace(base, statistic=RATIO, level=stated.treated, reference_level=reference, unit="ratio")
    found = _found(stated, compared)
    if isinstance(found, NotEstimable):
        yield ratio.filled(found)
        return
    filled = ratio.filled(found.ratio)
    if found.test is not None:
        filled = replace(filled, p_value=found.test.p_value, p_method=found.test.method)
    listed = found.sign.size <= stated.listed_pairs
    yield filled if listed else filled.beware(reason("pairs_not_listed", n=found.sign.size, most=stated.listed_pairs))
    for outcome, wins, losses in found.decided:
        for statistic, count in ((WINS, wins), (LOSSES, losses)):
            yield _count(base, statistic, outcome, count, found.sign.size)
    yield _count(base, TIES, "", found.ties, found.sign.size)


def _count(base: ResultRow, statistic: str, outcome: str, count: int, pairs: int) -> ResultRow:
    row = replace(base, statistic=statistic, measure=outcome, unit=UNIT, events=count)
    return row.with_estimate(float(count), n=pairs)


def _compared(data: StudyData, stated: WinRatio) -> _Compared:
    first, *others = stated.endpoints
    subjects = data.subjects_of(first)
    factor, known = data.protocol.risk_factors[stated.groups], data.factor_of(subjects, stated.groups)
    said = [*cautions(data, subjects, data.protocol.endpoints[first]), *level_cautions(factor, known)]
    table = subjects.select("subject_id", **_timed(first)).with_columns(group=known["level"])
    everyone = data.rests_on("counted", "adam.adtte", subjects)
    basis = everyone + data.factor_basis(subjects, stated.groups, everyone.who)
    for name in others:
        rows = data.subjects_of(name)
        said += [one for one in cautions(data, rows, data.protocol.endpoints[name]) if one not in said]
        table = table.join(rows.select("subject_id", **_timed(name)), on="subject_id", how="left", validate="1:1")
        basis += data.rests_on("counted", "adam.adtte", rows)
    for name in stated.factors:
        values = data.factor_of(table, name).select("subject_id", pl.col("value_number").alias(name))
        table = table.join(values, on="subject_id", how="left", validate="1:1")
        basis += data.factor_basis(subjects, name, everyone.who)
    whole = table.drop_nulls().sort("subject_id")
    if left := table.filter(pl.col("group").is_not_null()).height - whole.height:
        said.append(reason("detail_unknown", n=left, of=table.height))
    refusal = immortal_time(stated.groups, factor, known, subjects["startdt"])
    return _Compared(whole, basis, tuple(said), refusal)


def _timed(name: str) -> dict[str, pl.Expr]:
    # On the day of the event as after it; what competes ends the time in which the event could be seen.
    return {f"{name}|days": pl.col("aval"), f"{name}|event": (pl.col("event") == EVENT).cast(pl.Int64)}


def _found(stated: WinRatio, compared: _Compared) -> Found | NotEstimable:
    if compared.refusal is not None:
        return compared.refusal
    table = compared.subjects
    if table.is_empty():
        return NotEstimable(reason("no_subjects"))
    outcomes: list[TimedOutcome | MeasuredOutcome] = []
    for one in stated.outcomes:
        if one.endpoint is not None:
            days, event = (table[f"{one.endpoint}|{part}"].to_numpy() for part in ("days", "event"))
            outcomes.append(TimedOutcome(one.name, days, event))
        else:
            values = table[one.name].to_numpy()
            outcomes.append(MeasuredOutcome(one.name, values, one.higher_is_better, one.margin))
    # A group without subjects is told as such by the library.
    groups = table["group"].to_list()
    if stated.treated not in groups:
        return NotEstimable(reason("empty_group"))
    return win_ratio(groups, outcomes, treated=stated.treated)


def _pairs(data: StudyData, name: str, stated: WinRatio, compared: _Compared, found: Found) -> pl.DataFrame:
    """A row per pair, the subjects by their ids."""
    ids = compared.subjects["subject_id"].to_numpy()
    ours, theirs = np.repeat(found.treated, found.untreated.size), np.tile(found.untreated, found.treated.size)
    outcomes = np.array([*(one.name for one in stated.outcomes), ""])
    frame = pl.DataFrame(
        {
            "treated_id": ids[ours],
            "untreated_id": ids[theirs],
            "won": found.sign.ravel().astype(np.int64),
            "decided_by": outcomes[found.by.ravel()],
        }
    )
    keys = {"study_id": data.protocol.study_id, "analysis_id": analysis_of(name)}
    return frame.with_columns(**{key: pl.lit(value) for key, value in keys.items()}).select(
        pl.col(column).cast(kind) for column, kind in PAIR.polars_schema.items()
    )
