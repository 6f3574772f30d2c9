"""The share of all tables with given margins that are no likelier than the one seen: what Fisher's exact test sums.

Belongs here: the count for tables larger than 2 x 2. All columns but the largest two are filled one after the other, ways that leave the
same row totals and have one weight kept as one; the last two columns of each are then counted together, by a search in the sorted weights
so far. The work is counted before it is done, and where it can be foreseen refused before it begins.

Sources: Freeman and Halton, Biometrika 1951;38:141; the network and its bounds: Mehta and Patel, JASA 1983;78:427.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import log, pi, prod
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from transforms.statistics.arrays import Floats, Integers

# Two tables are equally likely when their probabilities agree to this ratio: fisher.test's own allowance for rounding.
EQUALLY_LIKELY = 1e-7
# Cells looked at, those of a column that is filled five times as dear: some ten seconds, in half a gigabyte.
_MOST_STEPS = 80_000_000
_MOST_AT_ONCE = 2_000_000
# Ways to fill all but two columns that lie beyond the bound, some fifty steps each; foreseen only where no cell is expected to hold fewer.
_MOST_WAYS, _FEW = 1_000_000, 5
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
    if _foresee_ways(table) > _MOST_WAYS:
        return None
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


def _foresee_ways(table: Integers) -> float:
    """Ways to fill all columns but the largest two with what may be likelier than the table; 0 where that can't be foreseen.

    With no cell expected to be small, logarithms of weights fall off as squares: the ways fill an ellipsoid, by whose volume they are counted.
    """
    n, rows, columns = (
        float(table.sum()),
        table.sum(axis=1).astype(np.float64),
        np.sort(table.sum(axis=0)).astype(np.float64),
    )
    expected = np.outer(rows, table.sum(axis=0)) / n
    if expected.min() < _FEW or columns.size < 3:
        return 0.0
    radius = 2 * float(gammaln(table + 1).sum() - gammaln(expected + 1).sum())
    if radius <= 0:
        return 0.0
    taken = np.append(columns[:-2], columns[-2:].sum())
    dimensions = (rows.size - 1) * (taken.size - 1)
    # The determinant of the covariance of the cells that are free (multiple hypergeometric).
    spread = (taken.size - 1) * (np.log(rows).sum() - log(n)) + (rows.size - 1) * (np.log(taken).sum() - log(n))
    volume = dimensions / 2 * log(pi * radius) - gammaln(dimensions / 2 + 1) + (spread - dimensions * log(n)) / 2
    return float(np.exp(min(volume, 700.0)))


class _Ahead:
    """What the columns still to fill may add: bounds of the logarithm of their weight by the row totals left, and that of all together.

    The bounds are Lagrange's: each row takes its own extreme, at a price per subject of each column.
    """

    def __init__(self, columns: Integers, largest: int) -> None:
        tilt, cells = np.log((columns + 0.5) / columns.sum()), np.arange(largest + 1)
        own = -gammaln(cells + 1.0)
        self.paid, self.together = float(tilt @ columns), float(columns.sum())
        self.whole = float(gammaln(columns.sum() + 1) - gammaln(columns + 1).sum())
        self.most = self.least = own + tilt[0] * cells
        for price in own + tilt[1:, None] * cells:
            self.most, self.least = (
                np.array([extreme(ahead[: row + 1] + price[row::-1]) for row in cells])
                for ahead, extreme in ((self.most, np.max), (self.least, np.min))
            )

    def price(self, total: int) -> float:
        """Of a column of `total` subjects that is filled before, per subject: as those of the columns ahead."""
        return log((total + 0.5) / self.together)

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
        self.directly, self.steps, self.found = directly, 0, 0.0 if directly else 1.0
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
        """The paths whose ends lie on both sides of the bound; of the others all ends are counted, or subtracted (Mehta and Patel)."""
        within = paths.weight + ahead.bound(paths.left, ahead.most) <= self.bound
        beyond = ~within & (paths.weight + ahead.bound(paths.left, ahead.least) > self.bound)
        counted, kept = within if self.directly else beyond, ~within & ~beyond
        rest = ahead.whole - gammaln(paths.left[counted] + 1).sum(axis=1)
        mass = float(paths.ways[counted] @ np.exp(paths.weight[counted] + rest - self.whole))
        self.found += mass if self.directly else -mass
        return _Paths(paths.left[kept], paths.weight[kept], paths.ways[kept])

    def _fill(self, paths: _Paths, total: int, ahead: _Ahead) -> _Paths:
        """All undecided ways to fill one more column with `total` subjects."""
        parts: list[_Paths] = []
        done, held = [_Paths(paths.left[:0], paths.weight[:0], paths.ways[:0])], 0
        for first, end in _find_nodes(paths):
            cells = self._list_columns(paths.left[first], total, float(paths.weight[end - 1]), end - first, ahead)
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

    def _list_columns(self, left: Integers, total: int, heaviest: float, paths: int, ahead: _Ahead) -> Integers:
        """Ways (ways, rows) to fill a column of `total` subjects; only those that may lead beyond the bound, where these are subtracted."""
        windows = [np.arange(min(row, total) + 1) for row in left]
        if self.directly:
            self._work(5 * prod(window.size for window in windows[1:]) * paths + _STEPS_A_NODE)
            return _list_columns(windows, total)
        # What a cell adds at most, with what is ahead of its row; the price of the column makes the rows' optima agree with its total.
        price, beyond = ahead.price(total), self.bound - heaviest + ahead.paid
        reach = [-gammaln(window + 1.0) + ahead.most[row - window] for row, window in zip(left, windows, strict=True)]
        windows = _find_windows(reach, total, -price, beyond)
        box = prod(window.size for window in windows[1:])
        self._work(5 * box + _STEPS_A_NODE)
        cells = _list_columns(windows, total)
        most: Floats = np.sum([row[column] for row, column in zip(reach, cells.T, strict=True)], axis=0)
        cells = cells[most > beyond - 1e-9]
        self._work(5 * len(cells) * paths)
        return cells

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


def _list_columns(windows: list[Integers], total: int) -> Integers:
    """All columns (ways, rows) of `total` subjects whose cells lie in the windows of their rows, each without gaps."""
    if not all(window.size for window in windows):
        return np.zeros((0, len(windows)), dtype=np.int64)
    others = np.meshgrid(*windows[1:], indexing="ij")
    first = total - np.sum(others, axis=0)
    fits = (first >= windows[0][0]) & (first <= windows[0][-1])
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
