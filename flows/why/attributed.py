"""Each moved result with what moved it, as numbers: the parts of an explanation that concern it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flows.why.explain import Explanation
from transforms.attribution import KEY, Cause, Change, ResultKey, same_value

Value = float | None


@dataclass(frozen=True)
class AttributedPart:
    """A single change, and what it does alone."""

    change: Change
    alone: Value


@dataclass(frozen=True)
class AttributedCause:
    """A subject whose changes move a result, or several of a site that are replayed together.

    parts: those changes of a single subject that do so by themselves.
    """

    subjects: tuple[str, ...]
    site_id: str
    changes: Sequence[Change]
    alone: Value
    in_order: Value
    parts: Sequence[AttributedPart]


@dataclass(frozen=True)
class AttributedResult:
    """A moved result. code, study_files, data: what each step adds; None where a value is not estimable before or after."""

    label: str
    population: str
    unit: str
    before: Value
    after: Value
    code: Value
    study_files: Value
    data: Value
    study_parts: list[tuple[str, Value]]
    causes: list[AttributedCause]

    @property
    def total(self) -> Value:
        """The whole move."""
        return _minus(self.after, self.before)

    @property
    def interaction(self) -> Value:
        """What the changes of several subjects do together beyond the sum of what each does alone; 0 where nothing."""
        if self.data is None or not self.causes or any(cause.alone is None for cause in self.causes):
            return None
        rest = self.data - sum(cause.alone or 0.0 for cause in self.causes)
        return 0.0 if same_value(rest, 0.0) else rest

    def shown(self, value: Value) -> str:
        """A value with its unit."""
        if value is None:
            return "no value"
        if self.unit == "fraction":
            return f"{100 * value:.1f}%"
        return f"p {value:.3g}" if self.unit == "p" else f"{value:.4g} {self.unit}".strip()

    def change(self, value: Value) -> str:
        """A difference with its sign; of fractions, in percent points."""
        if value is None:
            return "new" if self.before is None else "gone"
        return f"{100 * value:+.1f}" if self.unit == "fraction" else f"{value:+.3g}"


def attributed_results(found: Explanation) -> Iterator[AttributedResult]:
    """Every result asked about, in print order."""
    for row in found.asked.iter_rows(named=True):
        yield _attributed(found, row)


def _attributed(found: Explanation, row: dict[str, Any]) -> AttributedResult:
    key: ResultKey = tuple(row[name] for name in KEY)
    published_before, before, middle, after, published_after = (step.get(key) for step in found.steps)
    causes = [said for cause in found.causes if (said := _cause(cause, key, middle))]
    return AttributedResult(
        label=_label(row),
        population=row["population"] or "",
        unit=row["unit"],
        before=published_before,
        after=published_after,
        code=_sum(_minus(before, published_before), _minus(published_after, after)),
        study_files=_minus(middle, before),
        data=_minus(after, middle),
        study_parts=[
            (part.name, _minus(part.alone.get(key), before))
            for part in found.study_parts
            if not same_value(part.alone.get(key), before)
        ],
        causes=sorted(causes, key=_size, reverse=True),
    )


def _label(row: dict[str, Any]) -> str:
    """The label; of a model, with how its covariates enter, which alone tells two fits apart."""
    return ", ".join([row["label"], row["population"]] if row["section"] == "model" else [row["label"]])


def _cause(cause: Cause, key: ResultKey, start: Value) -> AttributedCause | None:
    """What a subject, or a site's subjects together, do to a result; None where that is nothing."""
    alone, (without, with_it) = cause.alone.get(key), (step.get(key) for step in (cause.before_step, cause.after_step))
    if same_value(alone, start) and same_value(without, with_it):
        return None
    parts = [part for part in cause.parts if not same_value(part.alone.get(key), start)]
    alone_parts = [AttributedPart(part.change, _minus(part.alone.get(key), start)) for part in parts]
    if len(cause.subjects) == len(cause.changes) == 1:
        alone_parts = [AttributedPart(cause.changes[0], _minus(alone, start))]
    return AttributedCause(
        subjects=cause.subjects,
        site_id=cause.changes[0].site_id if cause.changes else "",
        changes=cause.changes,
        alone=_minus(alone, start),
        in_order=_minus(with_it, without),
        parts=alone_parts,
    )


def _size(cause: AttributedCause) -> float:
    return float("inf") if cause.alone is None else abs(cause.alone)


def _minus(one: Value, other: Value) -> Value:
    """One - other; 0 where they are the same, None where one of them is not estimable."""
    if same_value(one, other):
        return 0.0
    return None if one is None or other is None else one - other


def _sum(one: Value, other: Value) -> Value:
    return None if one is None or other is None else one + other
