"""No public function crashes, hangs or answers with NaN, whichever of its arguments is wrong: a result, a reason, or a ValueError."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from tests.transforms.statistics.calls import ALONE, CALLS, IN_A_LIST, TAKES_A_FUNCTION, public_functions, spoil
from tests.transforms.statistics.test_guards import find_bad_numbers
from transforms import statistics as st

KINDS = [*IN_A_LIST, *ALONE]


def test_every_public_function_is_tried() -> None:
    assert sorted(CALLS.keys() | TAKES_A_FUNCTION) == sorted(public_functions())


def try_call(name: str, arguments: dict[str, Any]) -> str:
    """What is wrong with how the function takes these arguments, or ""."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = getattr(st, name)(**arguments)
        except ValueError as refusal:
            return "" if str(refusal) else "a refusal without a word"
        except Exception as crash:  # noqa: BLE001 - any other is what is looked for
            return f"{type(crash).__name__}: {crash}"
    return f"not finite: {bad}" if (bad := find_bad_numbers(result)) else ""


@pytest.mark.parametrize("name", CALLS)
def test_a_valid_call_gives_a_result(name: str) -> None:
    assert not try_call(name, CALLS[name])
    assert not isinstance(getattr(st, name)(**CALLS[name]), st.NotEstimable)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=12)
@given(data=draw.data())
def test_wrong_arguments_are_refused_or_answered(name: str, data: draw.DataObject) -> None:
    arguments = dict(CALLS[name])
    for argument in data.draw(draw.sets(draw.sampled_from(sorted(arguments)), min_size=1, max_size=2)):
        arguments[argument] = spoil(arguments[argument], data.draw(draw.sampled_from(KINDS)))
    assert not try_call(name, arguments)
