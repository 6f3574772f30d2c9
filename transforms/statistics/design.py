"""Covariates as a regression sees them: a matrix with named columns, declared levels and reference.

Belongs here: coding of covariates (treatment contrasts, units, missing values) and which columns can be estimated at all.
Does not belong here: any model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schemas.reasons import Reason, reason, together
from transforms.statistics.arrays import Booleans, Floats, Integers, check_known, check_names, check_number

INTERACTION = " x "
# Codes of values that have no place among the levels.
UNKNOWN, STRANGE = -1, -2


@dataclass(frozen=True)
class Categorical:
    """A risk factor with named levels, such as cytogenetics.

    `values` length n, level names with None where unknown; `levels` all levels in print order; `reference` the level others
    are compared with (the first by default); `known_at` as for Numeric.
    """

    name: str
    values: Sequence[str | None]
    levels: Sequence[str]
    reference: str | None = None
    known_at: Sequence[float | None] | None = None


@dataclass(frozen=True)
class Numeric:
    """A measured risk factor, such as age.

    `values` length n with None or NaN where unknown; the ratio is per `per` units. `known_at` length n, the time from the origin
    at which each subject's value became known (0 or less: before it; None: with the value at the origin), or None for a factor
    known at the origin of all. A model refuses a fixed factor known later: that is immortal-time bias.
    """

    name: str
    values: Sequence[float | None] | NDArray[np.float64]
    per: float = 1.0
    known_at: Sequence[float | None] | None = None


@dataclass(frozen=True)
class Column:
    """One column of the matrix: `level` against `reference` of a categorical variable; both "" for a numeric one."""

    variable: str
    level: str = ""
    reference: str = ""

    @property
    def name(self) -> str:
        """Name to print: the variable, with its level where it has one."""
        return f"{self.variable}: {self.level}" if self.level else self.variable


@dataclass(frozen=True)
class Design:
    """A design matrix: `matrix` (n, p) with NaN where unknown, `columns` p, `complete` (n,) rows without missing values.

    `late` names variables known only after the origin, each with the number of subjects concerned.
    """

    matrix: Floats
    columns: tuple[Column, ...]
    late: tuple[tuple[str, int], ...] = ()

    @property
    def complete(self) -> Booleans:
        """Rows in which every covariate is known."""
        return np.asarray(~np.isnan(self.matrix).any(axis=1))

    @property
    def variables(self) -> tuple[str, ...]:
        """Variables in declared order, each once."""
        return tuple(dict.fromkeys(column.variable for column in self.columns))

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    def only(self, variables: Sequence[str]) -> Design:
        """The design with these variables alone, in the order given; raises ValueError for an unknown one."""
        unknown = [name for name in variables if name not in self.variables]
        if unknown:
            raise ValueError(f"no such covariate: {', '.join(unknown)}")
        return self.pick([i for name in variables for i, column in enumerate(self.columns) if column.variable == name])

    def pick(self, positions: Sequence[int]) -> Design:
        """The design with the columns at these positions alone."""
        columns = tuple(self.columns[i] for i in positions)
        parts = {part for column in columns for part in column.variable.split(INTERACTION)}
        return Design(self.matrix[:, list(positions)], columns, tuple(one for one in self.late if one[0] in parts))

    def take(self, rows: Integers | Booleans) -> Design:
        """The design of these subjects; an index may repeat, as subjects do in start-stop rows."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        return Design(self.matrix[rows], self.columns, self.late)

    def join(self, other: Design) -> Design:
        """Both designs side by side; raises ValueError where lengths differ or a variable is in both."""
        if len(self) != len(other) or set(self.variables) & set(other.variables):
            raise ValueError("designs to join must have the same rows and no variable in common")
        return Design(np.hstack([self.matrix, other.matrix]), self.columns + other.columns, self.late + other.late)


def build_design(
    covariates: Sequence[Categorical | Numeric], *, interactions: Sequence[tuple[str, str]] = ()
) -> Design:
    """Build the design matrix of covariates, with treatment contrasts for categorical ones.

    Parameters
    ----------
    covariates : sequence
        `Numeric` and `Categorical` covariates of one length n and different names.
    interactions : sequence of pairs, optional
        Names of covariates; each pair adds the products of their columns as a variable named "a x b".

    Returns
    -------
    Design
        Matrix of shape (n, p): one 0/1 column per level except the reference, in level order; one column value / per
        for a numeric covariate; NaN where the value is unknown.

    Raises
    ------
    ValueError
        No covariates, unequal lengths, a repeated name, a value that is not a declared level, an undeclared reference,
        an interaction of unknown covariates, or an infinite number.

    References
    ----------
    Treatment contrasts, as R's contr.treatment.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> design = st.build_design([st.Numeric("age", [31, 45, 28]), st.Categorical("mrd", ["neg", "pos", "neg"],
    ...     ["neg", "pos"])])
    >>> [column.name for column in design.columns]
    ['age', 'mrd: pos']
    """
    if (
        not isinstance(covariates, Sequence)
        or not covariates
        or not all(isinstance(covariate, Categorical | Numeric) for covariate in covariates)
    ):
        raise ValueError("a design needs at least one covariate")
    names = [covariate.name for covariate in covariates]
    if len(set(names)) < len(names) or len({len(covariate.values) for covariate in covariates}) > 1:
        raise ValueError("covariates must have different names and the same length")
    blocks = [_code_levels(c) if isinstance(c, Categorical) else _scale(c) for c in covariates]
    matrix = np.hstack([block.matrix for block in blocks])
    late = [(covariate.name, _count_late(covariate)) for covariate in covariates]
    main = Design(matrix, tuple(c for block in blocks for c in block.columns), tuple(one for one in late if one[1]))
    if isinstance(interactions, str) or not isinstance(interactions, Sequence):
        raise ValueError("interactions must hold pairs of names of covariates")
    for pair in interactions:
        if len(check_names(pair, "an interaction")) != 2:
            raise ValueError("an interaction is of two covariates")
        first, second = pair
        main = main.join(_multiply(main.only([first]), main.only([second])))
    return main


def describe_late(late: tuple[tuple[str, int], ...]) -> Reason:
    """The sentence that refuses covariates known only after the origin: fitted as fixed they give immortal-time bias."""
    said = together(*(reason("covariate_known_later", factor=name, n=count) for name, count in late))
    assert said is not None  # noqa: S101 - it is asked for only where there are some
    return said


def split_estimable(design: Design) -> tuple[Design, tuple[Column, ...]]:
    """Split a design without missing values into columns that can be estimated beside an intercept, and the rest.

    The rest are levels nobody has, covariates all subjects share, and columns that repeat the information of earlier ones;
    R reports these as NA. Columns are examined in order, so the first of two equals stays.
    """
    if _is_independent(design.matrix):
        return design, ()
    kept: list[int] = []
    basis = np.ones((len(design), 1)) / np.sqrt(max(len(design), 1))
    for position in range(len(design.columns)):
        column = design.matrix[:, position]
        # Projected out twice: once loses digits where the column is nearly a combination of the others.
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        if np.linalg.norm(rest) > 1e-9 * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(position)
            basis = np.hstack([basis, (rest / np.linalg.norm(rest))[:, None]])
    left_out = tuple(column for i, column in enumerate(design.columns) if i not in kept)
    return design.pick(kept), left_out


def _is_independent(matrix: Floats) -> bool:
    """Whether no column repeats the intercept and the columns before it; the quick answer, right where it is yes."""
    if len(matrix) <= matrix.shape[1]:
        return False
    triangle = np.linalg.qr(np.column_stack([np.ones(len(matrix)), matrix]), mode="r")
    return bool((np.abs(np.diag(triangle)) > 1e-9 * np.linalg.norm(triangle, axis=0)).all())


def _code_levels(covariate: Categorical) -> Design:
    levels = list(covariate.levels)
    reference = levels[0] if covariate.reference is None else covariate.reference
    if isinstance(covariate.values, np.ma.MaskedArray):
        raise ValueError(f"{covariate.name}: values are masked; None marks an unknown level")
    codes = _codes(covariate.values, levels)
    strange = {str(covariate.values[place]) for place in np.flatnonzero(codes == STRANGE).tolist()}
    if reference not in levels or strange:
        raise ValueError(f"{covariate.name}: {sorted(strange | ({reference} - set(levels)))} not among levels {levels}")
    others = [place for place, level in enumerate(levels) if level != reference]
    matrix = (codes[:, None] == np.array(others, np.int64)).astype(np.float64)
    matrix[codes == UNKNOWN] = np.nan
    return Design(matrix, tuple(Column(covariate.name, levels[place], reference) for place in others))


def _codes(values: Sequence[str | None], levels: Sequence[str]) -> Integers:
    """The place of each value among the levels; UNKNOWN for None, STRANGE for what is no level."""
    place = {level: number for number, level in enumerate(levels)}
    found = (
        place.get(value, STRANGE) if isinstance(value, str) else UNKNOWN if value is None else STRANGE
        for value in values
    )
    return np.fromiter(found, np.int64, len(values))


def _scale(covariate: Numeric) -> Design:
    values = check_known(covariate.values, covariate.name)
    if check_number(covariate.per, f"{covariate.name}: per") == 0:
        raise ValueError(f"{covariate.name}: per must not be 0")
    return Design(values[:, None] / covariate.per, (Column(covariate.name),))


def _count_late(covariate: Categorical | Numeric) -> int:
    """Subjects whose value became known after the origin."""
    known_at = () if covariate.known_at is None else covariate.known_at
    if len(known_at) and len(known_at) != len(covariate.values):
        raise ValueError(f"{covariate.name}: known_at and values differ in length")
    when = check_known(known_at, f"{covariate.name}: known_at")
    # None says that it was known with the others; a NaN would pass for it.
    if np.isnan(when).sum() != sum(at is None for at in known_at):
        raise ValueError(f"{covariate.name}: known_at must hold a time or None for each subject")
    return int((when > 0).sum())


def _multiply(a: Design, b: Design) -> Design:
    """Products of every column of one variable with every column of another."""
    pairs = [(i, j) for i in range(len(a.columns)) for j in range(len(b.columns))]
    columns = [
        Column(
            a.columns[i].variable + INTERACTION + b.columns[j].variable,
            INTERACTION.join(level for level in (a.columns[i].level, b.columns[j].level) if level),
            INTERACTION.join(level for level in (a.columns[i].reference, b.columns[j].reference) if level),
        )
        for i, j in pairs
    ]
    return Design(np.column_stack([a.matrix[:, i] * b.matrix[:, j] for i, j in pairs]), tuple(columns))
