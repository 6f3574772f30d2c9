"""What each change of a subject's data does to the results that moved: alone, and in order with the others.

Alone: the state before with that change and no other. In order: what it adds to the changes of all subjects named before
it, so that these steps add up to the whole move. Single effects need not add up: survival is no sum over subjects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.analyses import StudyData
from transforms.attribution.changes import Change
from transforms.attribution.exchange import exchange_subjects, subjects_that_differ
from transforms.attribution.moved import ResultKey, values_of

Values = Mapping[ResultKey, float | None]
Compute = Callable[[StudyData], pl.DataFrame]


@dataclass(frozen=True)
class Part:
    """One change of a subject that changed in several ways, with the values as they would be with it alone."""

    change: Change
    alone: Values


@dataclass(frozen=True)
class Cause:
    """A subject whose data changed, with the values as they would be with its changes alone, and step by step.

    parts: where several of its changes could matter, each of them; else the one there is.
    before_step, after_step: the values without and with this subject, all subjects named before it having changed.
    """

    subject_id: str
    changes: Sequence[Change]
    alone: Values
    before_step: Values
    after_step: Values
    parts: Sequence[Part] = field(default=())


def attribute(
    before: StudyData,
    after: StudyData,
    changes: Sequence[Change],
    variants: Callable[[Sequence[Change]], Sequence[StudyData]],
    compute: Compute,
) -> list[Cause]:
    """The subjects whose changes can move a result, and what each does.

    Parameters
    ----------
    before, after: the two states under the same definitions.
    changes: every record that differs.
    variants: gives for each change the endpoint rows of its subject with that change alone.
    compute: rows of results.analysis, of the sections that matter.
    """
    causes, state, values = [], before, values_of(compute(before))
    start = values
    for subject_id in subjects_that_differ(before, after):
        own = [change for change in changes if change.subject_id == subject_id]
        alone = values_of(compute(exchange_subjects(before, after, [subject_id])))
        state = exchange_subjects(state, after, [subject_id])
        reached = values_of(compute(state))
        causes.append(Cause(subject_id, own, alone, values, reached))
        values = reached
    several = [
        change for cause in causes if len(cause.changes) > 1 and cause.alone != start for change in cause.changes
    ]
    parts = _parts(before, several, variants, compute) if several else {}
    return [replace(cause, parts=parts.get(cause.subject_id, ())) for cause in causes]


def _parts(
    before: StudyData,
    changes: Sequence[Change],
    variants: Callable[[Sequence[Change]], Sequence[StudyData]],
    compute: Compute,
) -> dict[str, list[Part]]:
    """The changes that do something to the endpoint tables by themselves, by subject."""
    parts: dict[str, list[Part]] = {}
    for change, variant in zip(changes, variants(changes), strict=True):
        if subjects_that_differ(before, variant, [change.subject_id]):
            alone = values_of(compute(exchange_subjects(before, variant, [change.subject_id])))
            parts.setdefault(change.subject_id, []).append(Part(change, alone))
    return parts
