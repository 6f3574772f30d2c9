"""Scores from laboratory results: the items of score_criteria.yaml, where each number has its source beside it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from schemas.codelists import LABORATORY_TEST
from schemas.units import LABORATORY_UNITS, laboratory_factors
from schemas.yaml_file import Part, load_yaml

Kind = Literal["points", "product"]
Take = Literal["last", "any"]
At = Literal["lymphodepletion", "infusion", "day"]
Of = Literal["", "upper", "lower", "before", "upper_or_before"]
Days = Annotated[int, Field(ge=0)]
# Of a score in points that has groups.
HIGH, LOW = "high", "low"
SIDES: Final = {
    "above": ("above", False),
    "from_": ("above", True),
    "below": ("below", False),
    "up_to": ("below", True),
}


class Limit(Part):
    """What a result has to lie above or below for points, and of what the limit is a multiple."""

    above: float | None = None
    from_: float | None = Field(default=None, alias="from")
    below: float | None = None
    up_to: float | None = None
    of: Of = ""
    points: Annotated[int, Field(ge=1)]
    test: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> Limit:
        if sum(getattr(self, side) is not None for side in SIDES) != 1:
            raise ValueError("limits: expected one of above, from, below and up_to")
        return self

    @property
    def side(self) -> tuple[float, str, bool]:
        """The limit, its side, and whether the limit itself meets it."""
        name = next(side for side in SIDES if getattr(self, side) is not None)
        return (getattr(self, name), *SIDES[name])


class Item(Part):
    """One item: its tests, the unit of its limits or of its factor, and limits or a power."""

    tests: Annotated[list[str], Field(min_length=1)]
    unit: str
    limits: list[Limit] = Field(default=[])
    power: Literal[-1, 1] | None = None

    @model_validator(mode="after")
    def _is_told_by_what_is_known(self) -> Item:
        LABORATORY_TEST.refuse_unknown("tests", *self.tests)
        for test in self.tests:
            factor_into_held(test, self.unit)
        if bool(self.limits) == (self.power is not None):
            raise ValueError("expected limits or a power")
        return self


class Score(Part):
    """A score: its items, and of which day they are unless the protocol says otherwise."""

    kind: Kind
    take: Take
    source: str
    high: int | None = None
    required: str | None = None
    at: At
    within_days: Days = 0
    days: Days = 0
    items: dict[str, Item]

    @model_validator(mode="after")
    def _items_are_of_its_kind(self) -> Score:
        if any((item.power is None) == (self.kind == "product") for item in self.items.values()):
            raise ValueError("items: expected limits of points, powers of a product")
        if self.required is not None and self.required not in self.items:
            raise ValueError(f"required: expected one of {', '.join(self.items)}; found {self.required}")
        return self

    @property
    def most(self) -> int:
        """The most points it can have."""
        return sum(max(limit.points for limit in item.limits) for item in self.items.values() if item.limits)


class ScoreCriteria(Part):
    """All scores, by name."""

    scores: dict[str, Score]


def factor_into_held(test: str, unit: str) -> float:
    """How many of the unit in which a test is held one of `unit` is. ValueError for a unit that does not measure it."""
    held = LABORATORY_UNITS[test]
    found = [
        factor for name, sent, standard, factor in laboratory_factors() if (name, sent, standard) == (test, unit, held)
    ]
    if not found:
        raise ValueError(f"unit: expected one in which {test} can be told; found {unit}")
    return found[0]


@cache
def scores() -> dict[str, Score]:
    """The scores by name."""
    return load_yaml(Path(__file__).with_suffix(".yaml"), ScoreCriteria).scores


def list_score_items() -> list[dict[str, Any]]:
    """Rows of meta.score_item."""
    return [
        row
        for name, score in scores().items()
        for item, of in score.items.items()
        for row in _rows(name, score, item, of)
    ]


def _rows(name: str, score: Score, item: str, of: Item) -> Iterator[dict[str, Any]]:
    plain = {"score": name, "item": item, "kind": score.kind, "take": score.take, "required": score.required == item}
    blank = {
        "side": None,
        "limitn": None,
        "at_limit": None,
        "limit_of": None,
        "points": None,
        "power": None,
        "factor": None,
    }
    position = 0
    for test in of.tests:
        if of.power is not None:
            position += 1
            # By how much a held value is multiplied to be in the unit of the formula.
            yield {
                **plain,
                **blank,
                "test": test,
                "position": position,
                "power": of.power,
                "factor": 1 / factor_into_held(test, of.unit),
            }
        for limit in (one for one in of.limits if one.test in ("", test)):
            value, side, at_limit = limit.side
            position += 1
            held = value if limit.of else value * factor_into_held(test, of.unit)
            yield {
                **plain, **blank, "test": test, "position": position, "side": side, "limitn": held, "at_limit": at_limit,
                "limit_of": limit.of, "points": limit.points,
            }  # fmt: skip
