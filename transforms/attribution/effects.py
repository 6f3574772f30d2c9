"""What each change of a subject's data does to the results that moved: alone, and in order with the others.

Alone: the state before with that change and no other. In order: what it adds to the changes of all subjects named before
it, so that these steps add up to the whole move. Single effects need not add up: survival is no sum over subjects.

Each subject costs two replays of the results. Beyond a number of subjects, those of one site are replayed together.
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

    subjects: the one, or all of a site that are replayed together. parts: where several changes of the one could matter,
    each of them; else the one there is. before_step, after_step: the values without and with these subjects, all
    subjects named before them having changed.
    """

    subjects: tuple[str, ...]
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
    singly: int,
) -> list[Cause]:
    """The subjects whose changes can move a result, and what each does.

    Parameters
    ----------
    before, after: the two states under the same definitions.
    changes: every record that differs.
    variants: gives for each change the endpoint rows of its subject with that change alone.
    compute: rows of results.analysis, of the sections that matter.
    singly: how many subjects are replayed one by one; with more, all are replayed site by site.
    """
    causes, state, values = [], before, values_of(compute(before))
    start = values
    own: dict[str, list[Change]] = {}
    for change in changes:
        own.setdefault(change.subject_id, []).append(change)
    for subjects in _replayed_together(subjects_that_differ(before, after), own, singly):
        alone = values_of(compute(exchange_subjects(before, after, subjects)))
        state = exchange_subjects(state, after, subjects)
        reached = values_of(compute(state))
        theirs = [change for subject_id in subjects for change in own.get(subject_id, ())]
        causes.append(Cause(subjects, theirs, alone, values, reached))
        values = reached
    several = [
        change
        for cause in causes
        if len(cause.subjects) == 1 and len(cause.changes) > 1 and cause.alone != start
        for change in cause.changes
    ]
    parts = _parts(before, several, variants, compute) if several else {}
    return [replace(cause, parts=parts.get(cause.subjects[0], ())) for cause in causes]


def _replayed_together(
    subjects: Sequence[str], own: Mapping[str, Sequence[Change]], singly: int
) -> list[tuple[str, ...]]:
    """Each subject for itself; where they are too many, those of a site together."""
    if len(subjects) <= singly:
        return [(subject_id,) for subject_id in subjects]
    of_site: dict[str, list[str]] = {}
    for subject_id in subjects:
        site_id = own[subject_id][0].site_id if subject_id in own else ""
        of_site.setdefault(site_id, []).append(subject_id)
    return [tuple(of_site[site_id]) for site_id in sorted(of_site)]


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
