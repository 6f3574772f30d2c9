"""Who was in which state from when to when, and where each went next: infused, remission, relapse, transplant, death.

Belongs here: rows of states, checked and counted. Probabilities are in multi_state.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Floats, Integers, check_entry, check_labels, check_names, check_times

CENSORED = -1


@dataclass(frozen=True)
class StateHistories:
    """Stays of subjects in states: subject `subject[i]` was in state `origin[i]` for entry < t <= exit, then went to `target[i]`.

    States are positions in `states`; a target of -1 marks a stay whose end was not seen. Rows are in order of subject and time.
    `labels[k]` is what the caller calls subject k, as text.
    """

    states: tuple[str, ...]
    subject: Integers
    entry: Floats
    exit: Floats
    origin: Integers
    target: Integers
    labels: tuple[str, ...]

    @property
    def n(self) -> int:
        """Subjects."""
        return int(np.unique(self.subject).size)


def build_histories(
    subject: Sequence[Any],
    entry: ArrayLike,
    exit: ArrayLike,  # noqa: A002 - the field's word for the end of a stay
    origin: Sequence[str],
    target: Sequence[str | None],
    *,
    states: Sequence[str],
) -> StateHistories:
    """Collect stays in states, one row per subject and state.

    Parameters
    ----------
    subject : sequence of length n
        Label of the subject of each stay.
    entry : array (n,)
        Start of the stay, any unit.
    exit : array (n,)
        End of the stay, same unit, > entry.
    origin : sequence of length n
        State of the stay.
    target : sequence of length n
        State it was left for; None if its end was not seen.
    states : sequence of str
        All states, in print order. A state nobody leaves (death) needs no row.

    Returns
    -------
    StateHistories
        The stays, ordered by subject and time.

    Raises
    ------
    ValueError
        Impossible times, an unknown state, a move into the same state, or a subject whose stays overlap, leave a gap
        after a move, or begin in another state than the last was left for.
    """
    ends = check_times(exit, "exit")
    begins, ends = check_entry(entry, ends)
    names = check_names(states, "states")
    if len(set(names)) < len(names) or len(names) < 2:
        raise ValueError("states must hold at least two different names")
    labels, who = check_labels(subject, ends.size, "subject")
    came = _find_states(origin, names, ends.size, "origin")
    went = _find_states(target, names, ends.size, "target")
    if (came == CENSORED).any() or (came == went).any():
        raise ValueError("each stay needs a state, and a move leads to another one")
    order = np.lexsort((begins, who))
    rows = StateHistories(names, who[order], begins[order], ends[order], came[order], went[order], tuple(labels))
    _check_order(rows)
    return rows


def _find_states(labels: Sequence[str | None], names: tuple[str, ...], n: int, what: str) -> Integers:
    if isinstance(labels, str) or not hasattr(labels, "__len__") or len(labels) != n:
        raise ValueError(f"{what} must hold one state for each of {n} stays")
    places: dict[Any, int] = {**{name: i for i, name in enumerate(names)}, None: CENSORED}
    if any(not (label is None or (isinstance(label, str) and label in places)) for label in labels):
        raise ValueError(f"{what}: a state is not among {', '.join(names)}")
    return np.array([places[label] for label in labels], dtype=np.int64)


def _check_order(rows: StateHistories) -> None:
    """A subject is in one state at a time, and after a move in the state moved to."""
    same = rows.subject[1:] == rows.subject[:-1]
    if (same & (rows.entry[1:] < rows.exit[:-1])).any():
        raise ValueError("a subject's stays overlap")
    moved = same & (rows.target[:-1] != CENSORED)
    if (moved & ((rows.entry[1:] != rows.exit[:-1]) | (rows.origin[1:] != rows.target[:-1]))).any():
        raise ValueError("a subject's next stay must begin when and where the last one led")
