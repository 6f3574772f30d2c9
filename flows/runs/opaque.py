"""Hand a value to a task or subflow as it is: Prefect would walk through every frame in search of futures, and Dask through every tuple.

A log line that quotes a task's arguments quotes none of their content.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

Value = TypeVar("Value")
Result = TypeVar("Result")
Arguments = ParamSpec("Arguments")


class Opaque(Generic[Value]):
    """A value nobody looks into on the way: Prefect, which writes down what it can of a flow's parameters, finds nothing in it."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Opaque({type(self.value).__name__})"


def opaque(value: Value) -> Value:
    """The value, wrapped; a task or flow that `receives_opaque` receives it unwrapped."""
    return cast("Value", Opaque(value))


def receives_opaque(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function with its opaque arguments unwrapped."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Result:
        return function(*map(_unwrapped, args), **{name: _unwrapped(value) for name, value in kwargs.items()})

    return cast("Callable[Arguments, Result]", call)


def _unwrapped(value: Any) -> Any:
    return value.value if isinstance(value, Opaque) else value
