"""No public function crashes, hangs or answers with NaN, whichever of its arguments is wrong: a result, a reason, or a ValueError."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from tests.transforms.statistics.calls import ALONE, CALLS, IN_A_LIST, TAKES_A_FUNCTION, public_functions, spoil
from tests.transforms.statistics.test_guards import find_bad_numbers
from transforms import statistics as st

KINDS = [*IN_A_LIST, *ALONE]

# Words that name a thing, not a method: any will do.
NAMES = {("build_profile", "assay"), ("build_profile", "matrix"), ("build_profile", "unit")}
# Where None says something: no limit, no end, the default, never.
NONE_SAYS = {
    ("build_profile", "limit"), ("build_profile", "until"), ("reconstruct_patients", "total_events"),
    ("boin_boundaries", "low"), ("boin_boundaries", "high"), ("decide_boin", "low"), ("decide_boin", "high"),
    ("start_at_landmark", "begins"), ("validate_cox", "samples"), ("weigh_unexposed", "begins"), ("weigh_strategies", "begins"),
    ("fit_landmark_supermodel", "begins"), ("fit_landmark_supermodel", "window"), ("fit_landmark_supermodel", "design"),
    ("build_histories", "target"),
    ("conditional_power", "drift"),
}  # fmt: skip
# Descriptions leave unknown values out and count them.
LEAVES_OUT = {("geometric_cv", "values"), ("geometric_mean", "values"), ("summarize", "values")}
# Labels are of any kind, numbers too.
LABELS = {("build_histories", "subject"), ("build_recurrent", "subject")}


def test_every_public_function_is_tried() -> None:
    assert sorted(CALLS.keys() | TAKES_A_FUNCTION) == sorted(public_functions())


@pytest.mark.parametrize("name", CALLS)
def test_every_argument_is_tried(name: str) -> None:
    taken = inspect.signature(getattr(st, name)).parameters.values()
    assert {one.name for one in taken if one.kind is not inspect.Parameter.VAR_KEYWORD} <= CALLS[name].keys()


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
def test_no_argument_wrong_in_any_one_way_crashes_or_gives_what_is_no_number(name: str) -> None:
    calls = {
        f"{argument}: {kind}": {**CALLS[name], argument: spoil(value, kind)}
        for argument, value in CALLS[name].items()
        for kind in KINDS
        if spoil(value, kind) is not value
    }
    assert not {what: bad for what, call in calls.items() if (bad := try_call(name, call))}


def wrong_for_certain(name: str, argument: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What an argument can't be in any sense, so that a result of it would be an answer to another question."""
    key = (name, argument)
    if isinstance(value, str) and key not in NAMES:
        yield "a word", "x"
    if isinstance(value, bool):
        yield from {"a word": "x", "one": 1, "NaN": float("nan")}.items()
    elif isinstance(value, int | float):
        others = {"True": True, "text": "1", "a date": np.datetime64("2021-01-01"), "complex": 1j, "NaN": float("nan")}
        yield from others.items()
        if key not in NONE_SAYS:
            yield "None", None
    if isinstance(value, list) and value and all(isinstance(one, int | float) for one in value):
        kinds = ["dates", "masked", "text", "one text", "one infinity", "a matrix"] if key not in LABELS else ["masked"]
        kinds += [] if key in LEAVES_OUT else ["one NaN", "one NA"]
        kinds += [] if key in LEAVES_OUT | NONE_SAYS else ["one None"]
        yield from ((kind, IN_A_LIST[kind](value)) for kind in kinds)
    elif isinstance(value, list) and value and isinstance(value[0], str):
        kinds = ["masked", "one NaN", "one NA"] + ([] if key in NONE_SAYS else ["one None"])
        yield from ((kind, IN_A_LIST[kind](value)) for kind in kinds)


@pytest.mark.parametrize("name", CALLS)
def test_what_an_argument_cannot_be_is_refused_and_not_read_as_something_else(name: str) -> None:
    answered = []
    for argument, value in CALLS[name].items():
        for kind, wrong in wrong_for_certain(name, argument, value):
            try:
                getattr(st, name)(**{**CALLS[name], argument: wrong})
            except ValueError:
                continue
            answered.append(f"{argument}: {kind}")
    assert not answered


# One length for each subject: vectors of these names belong together.
TOGETHER = {
    "time", "event", "group", "entry", "strata", "cluster", "values", "outcome", "x", "y", "first", "second", "begins", "exit",
    "origin", "target", "subject", "counts", "totals", "scores", "dlts", "treated", "skeleton", "weights", "value", "quantified",
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_vectors_of_unequal_length_are_not_matched(name: str) -> None:
    own = [key for key, value in CALLS[name].items() if key in TOGETHER and isinstance(value, list)]
    for argument in own if len(own) > 1 else []:
        for changed in (CALLS[name][argument][:-1], [*CALLS[name][argument], CALLS[name][argument][-1]]):
            with pytest.raises(ValueError, match=r"."):
                getattr(st, name)(**{**CALLS[name], argument: changed})


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=6)
@given(data=draw.data())
def test_wrong_arguments_are_refused_or_answered(name: str, data: draw.DataObject) -> None:
    arguments = dict(CALLS[name])
    for argument in data.draw(draw.sets(draw.sampled_from(sorted(arguments)), min_size=1, max_size=2)):
        arguments[argument] = spoil(arguments[argument], data.draw(draw.sampled_from(KINDS)))
    assert not try_call(name, arguments)
