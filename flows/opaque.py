"""Hand a value to a task as it is: Prefect would otherwise walk through every frame in search of futures."""

from __future__ import annotations

from typing import TypeVar, cast

from prefect.utilities.annotations import quote

Value = TypeVar("Value")


def opaque(value: Value) -> Value:
    """The value, wrapped for Prefect; the task receives it unwrapped."""
    return cast("Value", quote(value))
