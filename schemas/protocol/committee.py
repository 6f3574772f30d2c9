"""What a pack for the data monitoring committee tells openly, and what it masks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.protocol.names import Identifier
from schemas.yaml_file import Part


class Committee(Part):
    """The open report of a pack. Dose levels are always pooled there: their order would tell which is which."""

    masked: list[Identifier] = Field(
        default=[],
        description="Factors whose groups the open report masks, such as the arm; those of interim are masked in any case",
    )
    outcomes: Literal["pooled", "masked", "none"] = Field(
        default="pooled",
        description="What the open report tells of endpoints and responses: of all subjects together (pooled), of masked groups as well where their sizes do not tell them apart (masked), or nothing (none)",
    )
    fewest: Annotated[int, Field(ge=2)] = Field(
        default=5, description="With masked: a factor with a smaller group is pooled"
    )
    largest_ratio: Annotated[float, Field(ge=1)] = Field(
        default=1.25,
        description="With masked: a factor whose largest group is more than so many times its smallest is pooled, since sizes would tell which is which",
    )
