"""Where a canonical column comes from: cells of a row, under conditions, and the steps from text to value."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from schemas.mapping.forms import Forms
from schemas.mapping.texts import Dates, Decode, Pattern, Text, Texts, as_list, one_group
from schemas.yaml_file import Part

SOURCES = ("column", "constant", "first_of", "joined")
TESTS = ("equals", "not_equals", "matches", "not_matches", "blank", "not_blank")


class Condition(Part):
    """A condition on one cell of a row."""

    column: Text = Field(description="Column of the export")
    equals: Texts | None = Field(default=None, description="The cell is one of these texts")
    not_equals: Texts | None = Field(default=None, description="The cell is none of these texts")
    matches: Pattern | None = Field(default=None, description="Regular expression found anywhere in the cell")
    not_matches: Pattern | None = Field(default=None, description="Regular expression found nowhere in it, or blank")
    blank: bool | None = Field(default=None, description="true: the cell is blank; false: it is not")
    not_blank: bool | None = Field(default=None, description="true: the cell is not blank; false: it is")

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        given = [name for name in TESTS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(TESTS)}; found {', '.join(given) or 'none'}")
        return self


Conditions = Annotated[list[Condition], BeforeValidator(as_list, json_schema_input_type=Condition | list[Condition])]


def _as_column(value: object) -> object:
    """The shorthand `subject_id: 编号` for `subject_id: {column: 编号}`."""
    return {"column": value} if isinstance(value, str) else value


class ColumnSource(Part):
    """Where a canonical column comes from, and how its text is read.

    From a column of the export, a constant, the first of several columns that is not blank, or several joined. These
    and the steps below, in their order, are all there is: a mapping holds no code.
    """

    column: Text | None = Field(default=None, description="Column of the export")
    constant: Text | None = Field(default=None, description="The same value in every row")
    first_of: Texts | None = Field(default=None, description="The first of these columns that is not blank")
    joined: Texts | None = Field(default=None, description="These columns one after the other; blank if one is")
    separator: Text = Field(default="-", description="Between the parts of joined")
    only_where: Conditions = Field(default=[], description="Blank in rows that do not meet these conditions")
    extract: Annotated[str, AfterValidator(one_group)] | None = Field(
        default=None, description="Regular expression whose one group is kept; a text it does not fit is unreadable"
    )
    divided_by: Text | None = Field(default=None, description="The number is divided by that of this column")
    decode: str | Decode | None = Field(default=None, description="A named code map, or one of its own")
    dates: Dates | None = Field(default=None, description="Date patterns of this column alone")
    unit: str | None = Field(default=None, description="Unit of the export")
    forms: Forms = Field(default=[], description="How numbers are written that are more than digits: {n}×10^{e}/kg")
    decimal_comma: bool | None = Field(default=None, description="Numbers of this column are written 1,5, or are not")
    days_since: Text | None = Field(default=None, description="The number is days since this date or column")

    @model_validator(mode="after")
    def _one_source(self) -> ColumnSource:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(SOURCES)}; found {', '.join(given) or 'none'}")
        if self.divided_by is not None and self.decode is not None:
            raise ValueError("expected either divided_by or decode")
        if self.forms and self.decode is not None:
            raise ValueError("expected either forms or decode")
        return self

    def own_columns(self) -> list[str]:
        """The columns of the export whose content this is."""
        return [self.column] if self.column is not None else [*(self.first_of or []), *(self.joined or [])]

    def is_one_column(self) -> bool:
        """Whether each text follows from one cell, through code map, date patterns or unit alone."""
        others = (self.only_where, self.extract, self.divided_by, self.days_since)
        return self.column is not None and not any(others)

    def used_columns(self) -> set[str]:
        """Every column of the export this reads."""
        others = {self.divided_by, self.days_since if self.days_since and not _is_date(self.days_since) else None}
        return {*self.own_columns(), *(condition.column for condition in self.only_where), *(others - {None})}  # type: ignore[arg-type]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


Source = Annotated[ColumnSource, BeforeValidator(_as_column, json_schema_input_type=str | ColumnSource)]
