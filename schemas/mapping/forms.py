"""How a number is written where the cell holds more than digits: a unit, a power of ten, a limit, years and months.

A form is declared as it looks, with the number in braces: `{n}×10^{e}/kg`, `{n}万/kg`, `<{n} %`, `{n:years}岁{n:months}月`.
What stands outside the braces has to stand in the cell; width, case and blanks around a number tell nothing apart.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from schemas.mapping.texts import Text, as_list, width_folded
from schemas.yaml_file import Part

Means = Literal["value", "below", "above"]
# What a hole of a form takes: a number, one with signs between its thousands, a power of ten, a part of an age.
HOLES = ("n", "n:thousands", "e", "n:years", "n:months", "n:days")
NUMBERS = ("n", "n:thousands")
AGES = ("n:years", "n:months", "n:days")
HOLE = re.compile(r"\{([^{}]*)\}")
LIMITS = "<>≤≥≦≧"


class Form(Part):
    """One way in which numbers of a column are written."""

    text: Text = Field(description="As the cell looks, the number in braces: {n}×10^{e}/kg")
    unit: str | None = Field(default=None, description="Unit of numbers written so; by default the column's")
    times: Annotated[Decimal, Field(gt=0), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})] | None = Field(
        default=None, description="Factor that the writing stands for: 10000 for 万"
    )
    means: Means | None = Field(
        default=None, description="What the number is: the value, or a limit the value lies below or above"
    )

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The form cut into its texts and holes, in order; True for a hole."""
        parts = HOLE.split(width_folded(self.text))
        return [(part, bool(number % 2)) for number, part in enumerate(parts) if part.strip() or number % 2]

    @property
    def holes(self) -> list[str]:
        """The holes in order."""
        return [part for part, is_hole in self.pieces if is_hole]

    @model_validator(mode="after")
    def _holds_one_number(self) -> Form:
        holes = self.holes
        if unknown := [hole for hole in holes if hole not in HOLES]:
            raise ValueError(f"expected {{{'}, {'.join(HOLES)}}} in braces; found {{{unknown[0]}}}")
        numbers, ages = [h for h in holes if h in NUMBERS], [h for h in holes if h in AGES]
        if len(numbers) + bool(ages) != 1 or len(set(holes)) < len(holes) or (ages and "e" in holes):
            raise ValueError(f"expected one number, as {{n}}, or the parts of an age; found {self.text}")
        if any("{" in part or "}" in part for part, is_hole in self.pieces if not is_hole):
            raise ValueError(f"expected each brace closed; found {self.text}")
        return self

    @model_validator(mode="after")
    def _holes_are_apart(self) -> Form:
        for (left, hole_left), (right, hole_right) in zip(self.pieces, self.pieces[1:], strict=False):
            if hole_left and hole_right:
                raise ValueError(f"expected a sign between {{{left}}} and {{{right}}}")
            joined = (hole_left and right[0].isdigit()) or (hole_right and left[-1].isdigit() and right != "e")
            if joined:
                raise ValueError(f"expected no digit beside a number in braces; found {self.text}")
        return self

    @model_validator(mode="after")
    def _limit_is_explained(self) -> Form:
        if self.means is None and any(sign in part for part, is_hole in self.pieces if not is_hole for sign in LIMITS):
            raise ValueError(f"{self.text}: expected means: below, above or value, since the number is a limit")
        return self


def _as_form(value: object) -> object:
    """The shorthand `"{n} kg"` for `{text: "{n} kg"}`."""
    return {"text": value} if isinstance(value, str) else value


def _as_forms(value: object) -> object:
    return [_as_form(one) for one in as_list(value)]  # type: ignore[attr-defined]


Forms = Annotated[list[Form], BeforeValidator(_as_forms, json_schema_input_type=str | Form | list[str | Form])]
