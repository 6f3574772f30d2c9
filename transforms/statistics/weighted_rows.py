"""Follow-up in rows that count more or less than one subject, as weighting against what was not randomized makes them.

Belongs here: the rows, their weights summed up, and how weights are cut out of follow-up. Where weights come from is in
censoring_weights.py; curves of such rows are in weighted_incidence.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.arrays import Floats, Integers

# Rows that begin at the origin begin before it, so that whoever has the event on day 0 is at risk then.
BEFORE_ORIGIN = -1.0


@dataclass(frozen=True)
class WeightedRows:
    """Rows start < t <= stop of follow-up; all columns (rows,).

    `subject` is a position among the caller's `n_subjects`, `cause` is 0 where the row ends without an event, `weight` > 0 how many
    subjects the row stands for. A row from the origin on starts before it.
    """

    subject: Integers
    start: Floats
    stop: Floats
    cause: Integers
    weight: Floats
    n_subjects: int

    def __len__(self) -> int:
        return int(self.start.size)


@dataclass(frozen=True)
class WeightSummary:
    """Weights while their subjects are followed: mean, least and largest over rows, each as long as it lasts counted once.

    `least_probability` is the smallest probability of what a subject really did that any row was weighted by: near 0, somebody stands
    for many who are not there (positivity).
    """

    mean: float
    least: float
    largest: float
    least_probability: float


def cut_follow_up(
    subject: Integers, stop: Floats, cause: Integers, jumps: Floats
) -> tuple[Integers, Floats, Floats, Integers, Integers]:
    """Cut each subject's follow-up after every one of the sorted `jumps` that comes before its end.

    Returns per row: subject, start, stop, cause, and how many jumps have happened by its start. Rows are in the order of subjects.
    """
    passed = np.searchsorted(jumps, stop, side="left")
    pieces = passed + 1
    owner = np.repeat(np.arange(stop.size), pieces)
    place = np.arange(owner.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    edges = np.concatenate([[BEFORE_ORIGIN], jumps])
    start, last = edges[place], place == passed[owner]
    until = np.where(last, stop[owner], np.append(jumps, np.inf)[place])
    return subject[owner], start, until, np.where(last, cause[owner], 0), place


def sum_up_weights(weight: Floats, probability: Floats) -> WeightSummary:
    """The summary of weights (rows,) and of the probabilities (rows,) they came from."""
    return WeightSummary(float(weight.mean()), float(weight.min()), float(weight.max()), float(probability.min()))


def effective_size(weight: Floats) -> float:
    """How many subjects of equal weight would tell as much: the squared sum of the weights (k,) over the sum of their squares (Kish)."""
    total = float(weight.sum())
    return total * total / float((weight**2).sum()) if weight.size else 0.0
