"""The share of all tables with given margins that are no likelier than the one seen: what Fisher's exact test sums.

Belongs here: the count for tables larger than 2 x 2. All columns but the largest two are filled one after the other, ways that leave the
same row totals and have one weight kept as one; the last two columns of each are then counted together, by a search in the sorted weights
so far. The work is counted before it is done.

Sources: Freeman and Halton, Biometrika 1951;38:141; the network and its bounds: Mehta and Patel, JASA 1983;78:427.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import log, prod
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from transforms.statistics.arrays import Floats, Integers

# Two tables are equally likely when their probabilities agree to this ratio: fisher.test's own allowance for rounding.
EQUALLY_LIKELY = 1e-7
# Cells looked at, those of a column that is filled five times as dear: some ten seconds, in half a gigabyte.
_MOST_STEPS = 250_000_000
_MOST_AT_ONCE = 2_000_000
# Below it the probability is summed from its own tables alone.
_LITTLE = 1e-4
# What a set of row totals costs beside its cells.
_STEPS_A_NODE = 2_000


class _Paths(NamedTuple):
    """Ways to fill the first columns: row totals `left` to fill (paths, rows), logarithm of the `weight`, and how many `ways` have it.

    In order of `left`, then of `weight`.
    """

    left: Integers
    weight: Floats
    ways: Floats


def share_no_likelier(table: Integers) -> float | None:
    """Summed probability of all tables with the margins of `table` (r, c) that are no likelier than it; None where they are too many.

    `table` has two rows and columns at least, none of them empty.
    """
    if _guess_work(table.T) < _guess_work(table):
        table = table.T
    try:
        counted = _Count(table, directly=False).run()
        # What is left of a whole loses digits where little is left.
        return counted if counted > _LITTLE else _Count(table, directly=True).run()
    except _TooManyError:
        return None


def _guess_work(table: Integers) -> float:
    """Logarithm of the ways to fill all cells but the last row and column, as if they were free."""
    rows, columns = np.sort(table.sum(axis=1))[:-1], np.sort(table.sum(axis=0))[:-1]
    return float(np.log(np.minimum(rows[:, None], columns[None, :]) + 1.0).sum())


class _Ahead:
    """What the columns still to fill may add: bounds of the logarithm of their weight by the row totals left, and that of all together.

    The bounds are Lagrange's: each row takes its own extreme, at a price per subject of each column.
    """

    def __init__(self, columns: Integers, largest: int) -> None:
        tilt, cells = np.log((columns + 0.5) / columns.sum()), np.arange(largest + 1)
        own = -gammaln(cells + 1.0)
        self.size, self.paid = columns.size, float(tilt @ columns)
        self.whole = float(gammaln(columns.sum() + 1) - gammaln(columns + 1).sum())
        self.most = self.least = own + tilt[0] * cells
        for price in own + tilt[1:, None] * cells:
            self.most, self.least = (
                np.array([extreme(ahead[: row + 1] + price[row::-1]) for row in cells])
                for ahead, extreme in ((self.most, np.max), (self.least, np.min))
            )

    def bound(self, left: Integers, rows: Floats) -> Floats:
        """Per path (paths,), where `rows` is `most` or `least`."""
        return np.asarray(rows[left].sum(axis=1) - self.paid)


class _TooManyError(Exception):
    """More tables than the bound on work allows."""


class _Count:
    """One count: `steps` cells looked at, `found` the probability so far.

    directly: sums the tables within the bound, else subtracts those beyond it from all, which are fewer to look at.
    """

    def __init__(self, table: Integers, *, directly: bool) -> None:
        self.directly, self.steps, self.found = directly, 0, 0.0
        self.rows, self.columns = np.sort(table.sum(axis=1))[::-1], np.sort(table.sum(axis=0))
        # Logarithm of the weight of all tables together: each weighs 1 / product of its cells' factorials.
        self.whole = float(gammaln(table.sum() + 1) - gammaln(self.rows + 1).sum() - gammaln(self.columns + 1).sum())
        self.bound = float(-gammaln(table + 1).sum()) + EQUALLY_LIKELY

    def run(self) -> float:
        paths = self._decide(
            _Paths(self.rows[None, :], np.zeros(1), np.ones(1)), _Ahead(self.columns, int(self.rows[0]))
        )
        for i, column in enumerate(self.columns[:-2], start=1):
            paths = self._fill(paths, int(column), _Ahead(self.columns[i:], int(self.rows[0])))
        for first, end in _find_nodes(paths):
            self._close(paths.left[first], paths.weight[first:end], paths.ways[first:end])
        return min(1.0, max(0.0, self.found))

    def _work(self, steps: int) -> None:
        self.steps += steps
        if self.steps > _MOST_STEPS:
            raise _TooManyError

    def _decide(self, paths: _Paths, ahead: _Ahead) -> _Paths:
        """The paths whose ends lie on both sides of the bound; those all of whose ends lie within it are counted (Mehta and Patel)."""
        rest = ahead.whole - gammaln(paths.left + 1).sum(axis=1)
        sure = paths.weight + ahead.bound(paths.left, ahead.most) <= self.bound
        kept = ~sure & (paths.weight + ahead.bound(paths.left, ahead.least) <= self.bound)
        # At the last two columns all of what is left is counted, and what lies beyond the bound subtracted where it is found.
        counted = sure if self.directly or ahead.size > 2 else sure | kept
        self.found += float(paths.ways[counted] @ np.exp(paths.weight[counted] + rest[counted] - self.whole))
        return _Paths(paths.left[kept], paths.weight[kept], paths.ways[kept])

    def _fill(self, paths: _Paths, total: int, ahead: _Ahead) -> _Paths:
        """All undecided ways to fill one more column with `total` subjects."""
        parts: list[_Paths] = []
        done, held = [_Paths(paths.left[:0], paths.weight[:0], paths.ways[:0])], 0
        for first, end in _find_nodes(paths):
            self._work(5 * _count_box(paths.left[first], total) * (end - first) + _STEPS_A_NODE)
            cells = _list_columns(paths.left[first], total)
            step = -gammaln(cells + 1).sum(axis=1)
            left = np.sort(paths.left[first] - cells, axis=1)[:, ::-1]
            weight = (step[:, None] + paths.weight[None, first:end]).ravel()
            parts.append(
                _Paths(np.repeat(left, end - first, axis=0), weight, np.tile(paths.ways[first:end], step.size))
            )
            held += weight.size
            if held > _MOST_AT_ONCE:
                done, parts, held = [_merge([*done, self._decide(_merge(parts), ahead)])], [], 0
                if done[0].weight.size > 2 * _MOST_AT_ONCE:
                    raise _TooManyError
        return _merge([*done, self._decide(_merge(parts), ahead)]) if parts else done[0]

    def _close(self, left: Integers, weight: Floats, ways: Floats) -> None:
        """Count the ends of paths to one node when the last two columns are filled in every way that may matter."""
        total, tilt = int(self.columns[-2]), log((self.columns[-2] + 0.5) / (self.columns[-1] + 0.5))
        rows = [_weigh_row(int(row)) for row in left]
        beyond = -np.inf if self.directly else self.bound - float(weight[-1])
        windows = _find_windows(rows, total, tilt, beyond)
        self._work(prod(window.size for window in windows[1:]) + _STEPS_A_NODE)
        mass = np.r_[0.0, np.cumsum(ways * np.exp(weight - weight[-1]))]
        for step in _weigh_pairs(rows, windows, total, beyond):
            reached = mass[np.searchsorted(weight, self.bound - step, side="right")]
            counted = reached if self.directly else reached - mass[-1]
            self.found += float(np.exp(step + weight[-1] - self.whole) @ counted)


def _count_box(left: Integers, total: int) -> int:
    """Cells looked at for one column: the first row, the largest, takes what the others leave."""
    return prod(int(min(row, total)) + 1 for row in left[1:])


def _list_columns(left: Integers, total: int) -> Integers:
    """All columns (ways, rows) of `total` subjects in which no row holds more than it has left."""
    others = np.meshgrid(*(np.arange(min(row, total) + 1) for row in left[1:]), indexing="ij")
    first = total - np.sum(others, axis=0)
    fits = (first >= 0) & (first <= left[0])
    return np.column_stack([first[fits], *(one[fits] for one in others)]).astype(np.int64)


def _merge(parts: list[_Paths]) -> _Paths:
    """Paths in order, those with the same row totals and weight as one."""
    left, weight, ways = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not weight.size:
        return _Paths(left, weight, ways)
    order = np.lexsort((weight, *left.T[::-1])) if _too_wide(left) else np.lexsort((weight, _number(left)))
    left, weight, ways = left[order], weight[order], ways[order]
    # The same sum in another order differs in its last digits.
    new = np.flatnonzero(np.r_[True, (np.diff(left, axis=0) != 0).any(axis=1) | (np.diff(weight) > 1e-10)])
    exact = ways * np.exp(weight - np.repeat(weight[new], np.diff(np.r_[new, weight.size])))
    return _Paths(left[new], weight[new], np.add.reduceat(exact, new))


def _too_wide(left: Integers) -> bool:
    return bool(left.shape[1] * log(int(left.max()) + 1) > log(2) * 62)


def _number(left: Integers) -> Integers:
    """One number for each set of row totals."""
    return np.asarray(left @ ((int(left.max()) + 1) ** np.arange(left.shape[1], dtype=np.int64)[::-1]))


def _find_nodes(paths: _Paths) -> list[tuple[int, int]]:
    """Where paths with the same row totals begin and end."""
    if not paths.weight.size:
        return []
    starts = np.flatnonzero(np.r_[True, (np.diff(paths.left, axis=0) != 0).any(axis=1)])
    return list(zip(starts.tolist(), [*starts[1:].tolist(), len(paths.left)], strict=True))


def _weigh_row(row: int) -> Floats:
    """Logarithm of the weight of a row of two cells, by its first one."""
    cells = np.arange(row + 1.0)
    return np.asarray(-gammaln(cells + 1) - gammaln(row - cells + 1))


def _find_windows(rows: list[Floats], total: int, tilt: float, beyond: float) -> list[Integers]:
    """The cells of each row with which the two columns may weigh more than `beyond`."""
    tilted = [row - tilt * np.arange(row.size) for row in rows]
    best = np.array([row.max() for row in tilted])
    room = beyond - tilt * total - (best.sum() - best)
    return [np.flatnonzero(row[: total + 1] > least) for row, least in zip(tilted, room - 1e-9, strict=True)]


def _weigh_pairs(rows: list[Floats], windows: list[Integers], total: int, beyond: float) -> Iterator[Floats]:
    """Logarithms of the weights above `beyond` of all ways to fill two columns from the windows, in parts that fit in memory."""
    first, *others = rows
    inner = max(0, len(others) - 3)
    weights, filled = np.zeros(1), np.zeros(1, dtype=np.int64)
    for row, cells in zip(others[inner:], windows[1:][inner:], strict=True):
        weights, filled = np.add.outer(weights, row[cells]).ravel(), np.add.outer(filled, cells).ravel()
    for chosen in product(*windows[1:][:inner]):
        before = sum(float(row[cell]) for row, cell in zip(others, chosen, strict=False))
        remaining = total - sum(map(int, chosen)) - filled
        fits = (remaining >= 0) & (remaining < first.size)
        found = weights[fits] + before + first[remaining[fits]]
        yield found[found > beyond]
