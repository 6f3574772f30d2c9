"""A parameter that is one of some names, which the form of a rerun shows as a list to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import WithJsonSchema


def one_of(names: Sequence[str]) -> Any:
    """The type of a parameter.

    Of a single name pydantic says `const`, for which Prefect's form has no list; so the schema is given in words.
    """
    names = tuple(names) or ("none",)
    return Annotated[Literal[names], WithJsonSchema({"type": "string", "enum": list(names)})]
