"""Whether a cohort gives what a paper prints, to the printed digits; the first figure it does not give refuses the cohort."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from schemas.paper import PaperFigure
from tests.synthetic.printed import NotMetError, Printed
from transforms.printed.digits import Bound, as_printed, rounding_that_gives

PERCENT = 100


@dataclass(frozen=True)
class Given:
    """What a cohort gives of a figure: a number, None where it has none, a text, or whether a statement holds of it.

    count: subjects with it, and of how many; where `value` is left out, that is the value, in percent if the figure is.
    """

    value: float | str | bool | None = None
    low: float | None = None
    high: float | None = None
    count: tuple[int, int] | None = None


def check(
    printed: Printed, given: Mapping[str, Given], cant_hold: Collection[str] = (), not_here: Collection[str] = ()
) -> None:
    """Hold every figure of the study itself against what the cohort gives.

    cant_hold: figures whose interval no cohort can have beside the other figures. not_here: figures no cohort can show. Why is
    said by the note of either in published.yaml.

    Raises
    ------
    NotMetError: a figure is not given, or given otherwise; or one that is excused has no note, or needs no excuse.
    UnknownFigureError: the constraints know a figure that published.yaml does not have.
    """
    for figure_id in (*given, *cant_hold, *not_here):
        printed[figure_id]  # raises where there is none
    for figure_id in (*cant_hold, *not_here):
        if not printed[figure_id].note:
            raise NotMetError(f"{printed.study}: {figure_id} is excused, and published.yaml has no note that says why")
    for figure in printed.figures.values():
        if figure.origin == "cited" or figure.id in not_here:
            continue
        if figure.id not in given:
            raise NotMetError(
                f"{printed.study}: {figure.id} is printed as {figure.says}; the generator does not hold it"
            )
        _hold(printed.study, figure, given[figure.id], excused=figure.id in cant_hold)


def excuses(printed: Printed, cant_hold: Collection[str], not_here: Collection[str]) -> Iterator[str]:
    """A sentence for each figure that is not held, with the reason that published.yaml states."""
    for figure_id in cant_hold:
        figure = printed[figure_id]
        yield f"{printed.study}: the interval of {figure_id}, {' to '.join(figure.interval or ())}, is not met: {figure.note}"
    for figure_id in not_here:
        yield f"{printed.study}: {figure_id} is not held: {printed[figure_id].note}"


def _hold(study: str, figure: PaperFigure, given: Given, *, excused: bool) -> None:
    differing = _difference("", figure.says, _value(figure, given))
    if figure.count and given.count:
        differing = differing or _difference(" (count)", figure.count, f"{given.count[0]} of {given.count[1]}")
    bounds = _difference_of_bounds(figure, given)
    if excused and not bounds:
        raise NotMetError(f"{study}: the interval of {figure.id} is excused, and the cohort gives it all the same")
    differing = differing or (None if excused else bounds)
    if differing:
        what, says, found = differing
        raise NotMetError(f"{study}: {figure.id}{what} is printed as {says}; the cohort gives {found}")


def _value(figure: PaperFigure, given: Given) -> float | str | bool | None:
    if given.value is not None or given.count is None:
        return given.value
    number, of = given.count
    return PERCENT * number / of if figure.unit == "%" else number


def _difference_of_bounds(figure: PaperFigure, given: Given) -> tuple[str, str, str] | None:
    if figure.interval is None:
        return None
    low, high = figure.interval
    return _difference(" (lower bound)", low, given.low, "low") or _difference(
        " (upper bound)", high, given.high, "high"
    )


def _difference(
    what: str, printed: str, given: float | str | bool | None, part: Bound = "value"
) -> tuple[str, str, str] | None:
    """What differs, as printed and as the cohort gives it; None where nothing does."""
    if isinstance(given, bool):
        return None if given else (what, printed, "no such thing")
    if isinstance(given, str):
        return None if given == printed else (what, printed, given)
    return None if rounding_that_gives(printed, given, part) else (what, printed, as_printed(printed, given))
