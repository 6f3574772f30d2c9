"""From one night to the other in steps, each of which changes one thing: code, study files, single records.

    published before -> (today's code) -> replayed before -> (study files after) -> (data after) -> replayed after -> published after

What lies between a published and a replayed night is due to code: old code can't be run again, but its results are kept.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from flows.settings import Settings
from flows.study.words import words_of
from flows.study_folder import Study
from flows.why import REPLAYED_SINGLY
from flows.why.replay import State, replay
from flows.why.sides import Side, find_side, stage_again
from schemas.protocol import Protocol
from schemas.tables.results import REASON
from transforms.analyses import StudyData
from transforms.analyses.compute import SECTIONS, compute_curves
from transforms.attribution import (
    Cause,
    Change,
    ResultKey,
    attribute,
    find_changes,
    find_moved,
    find_moved_curves,
    values_of,
)
from transforms.words import Names, worded

# What a reader looks at first: rates at landmarks, medians, responses.
RESULT_STATISTICS = ("survival", "cumulative_incidence", "median_time", "proportion")
Values = dict[ResultKey, float | None]


@dataclass(frozen=True)
class StudyPart:
    """One changed part of the study files, with the results as they would be with it alone."""

    name: str
    alone: Values


@dataclass(frozen=True)
class Explanation:
    """Why one study's results moved.

    moved: rows of results.analysis whose value differs; asked: those that were asked about; curves: where each curve moved
    most, replayed. steps: the values as published before, replayed before, with the study files after, with the data
    after (replayed), as published after.
    """

    study_id: str
    before: Side
    after: Side
    moved: pl.DataFrame
    asked: pl.DataFrame
    curves: pl.DataFrame
    steps: tuple[Values, Values, Values, Values, Values]
    study_parts_changed: list[str]
    study_parts: list[StudyPart]
    changes: list[Change]
    causes: list[Cause]


def explain(
    before: Side, after: Side, settings: Settings, wanted: pl.Expr, singly: int = REPLAYED_SINGLY
) -> Explanation:
    """Compare two nights of a study and attribute what moved.

    wanted: which of the moved rows are asked about. singly: how many changed subjects are replayed one by one; with more,
    those of a site are replayed together.
    """
    first = replay(before.study, before.staged, before.data_cut, settings)
    last = replay(after.study, after.staged, after.data_cut, settings)
    names = _changed_parts(before, after)
    middle = _with_study_files(before, after.study, after.data_cut, settings) if names else first
    ends = [
        state.analysis if side.published is None else _comparable(side.published)
        for side, state in ((before, first), (after, last))
    ]
    study = after.study
    moved = worded(
        find_moved(*ends),
        pl.DataFrame(schema=REASON.polars_schema),
        Names.of(study.protocol, study.others),
        words_of(study, "en"),
    )
    asked = moved.filter(wanted)
    sections = set(asked["section"])
    changes = find_changes(middle.records, last.records)
    return Explanation(
        study_id=after.study.study_id,
        before=before,
        after=after,
        moved=moved,
        asked=asked,
        curves=find_moved_curves(compute_curves(first.data), compute_curves(last.data)),
        steps=(
            values_of(ends[0]),
            values_of(first.analysis),
            values_of(middle.analysis),
            values_of(last.analysis),
            values_of(ends[1]),
        ),
        study_parts_changed=names,
        study_parts=list(_study_parts(before, after, names, sections, settings)) if sections else [],
        changes=changes,
        causes=_causes(middle, last, changes, sections, singly) if sections else [],
    )


def _causes(middle: State, last: State, changes: list[Change], sections: Collection[str], singly: int) -> list[Cause]:
    def compute(data: StudyData) -> pl.DataFrame:
        return replace(middle, data=data).compute(sections)

    return attribute(middle.data, last.data, changes, middle.variants, compute, singly)


def _comparable(analysis: pl.DataFrame) -> pl.DataFrame:
    return analysis.filter(pl.col("section").is_in(list(SECTIONS)))


def _with_study_files(before: Side, study: Study, data_cut: date | None, settings: Settings) -> State:
    """The exports of the night before, read and analysed as other study files and another data cut say."""
    files = {file.source_file for file in before.staged}
    staged = stage_again(study, before.as_of, settings, files)
    return replay(study, staged, data_cut, settings)


def _changed_parts(before: Side, after: Side) -> list[str]:
    """The parts of the study files that differ and can move a result: `protocol endpoints.os`, `mapping zju1`, `data cut`."""
    parts = [f"protocol {path}" for path in _differing(_dumped(before.study.protocol), _dumped(after.study.protocol))]
    sites = {**before.study.sites, **after.study.sites}
    for site_id in sites:
        old, new = before.study.sites.get(site_id), after.study.sites.get(site_id)
        if (old and old.fingerprint_text()) != (new and new.fingerprint_text()):
            parts.append(f"mapping {site_id}")
    return [*parts, *(["data cut"] if before.data_cut != after.data_cut else [])]


def _dumped(protocol: Protocol) -> dict[str, Any]:
    return dict(json.loads(protocol.model_dump_json()))


def _differing(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Where two protocols differ, two names deep: `risk_factors.age`, `data_cut`."""
    for name in dict.fromkeys([*old, *new]):
        one, other = old.get(name), new.get(name)
        if one == other:
            continue
        if isinstance(one, dict) and isinstance(other, dict):
            yield from (f"{name}.{part}" for part in dict.fromkeys([*one, *other]) if one.get(part) != other.get(part))
        else:
            yield name


def _study_parts(
    before: Side, after: Side, names: list[str], sections: Collection[str], settings: Settings
) -> Iterator[StudyPart]:
    """Each changed part by itself; one that can't stand without another (a factor and its use) is told with all."""
    for name in names if len(names) > 1 else []:
        study = _with_part(before.study, after.study, name)
        if study is not None:
            data_cut = (after if name == "data cut" else before).data_cut
            state = _with_study_files(before, study, data_cut, settings)
            yield StudyPart(name, values_of(state.compute(sections)))


def _with_part(before: Study, after: Study, name: str) -> Study | None:
    """A study with one part of another's files."""
    if name == "data cut":
        return before
    kind, path = name.split(" ", 1)
    if kind == "mapping":
        return replace(before, sites={**before.sites, path: after.sites[path]}) if path in after.sites else None
    old, new = _dumped(before.protocol), _dumped(after.protocol)
    outer, _, inner = path.partition(".")
    place, source = (old[outer], new[outer]) if inner else (old, new)
    key = inner or outer
    place.pop(key, None)
    if key in source:
        place[key] = source[key]
    try:
        return replace(before, protocol=Protocol.model_validate(old))
    except ValueError:
        return None


def explain_nights(
    settings: Settings, studies: Collection[str], before: str, after: str, result: str, singly: int = REPLAYED_SINGLY
) -> list[Explanation]:
    """Each study between two nights, named as find_side takes them. result: words in labels; all; or empty for headlines."""
    found = []
    with TemporaryDirectory() as scratch:
        for study_id in studies:
            sides = [find_side(settings, study_id, night, Path(scratch) / study_id) for night in (before, after)]
            found.append(explain(sides[0], sides[1], settings, wanted_results(result), singly))
    return found


def wanted_results(words: str) -> pl.Expr:
    """Which moved rows are asked about."""
    if words == "all":
        return pl.lit(value=True)
    if words:
        return pl.col("label").str.to_lowercase().str.contains(words.lower(), literal=True)
    return (
        pl.col("section").is_in(["survival", "competing", "response"])
        & pl.col("statistic").is_in(RESULT_STATISTICS)
        & (pl.col("factor") == "")
    )
