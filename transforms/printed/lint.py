"""A linter of figures, printed by a paper or computed here: what can't be true, what contradicts, what is not said.

A figure is looked at beside the others of its source. `error`: it can't be right. `remark`: a reader has to know, as that an
interval is of a certain kind, or that figures leave a rest. The checks are the functions of CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from transforms.printed.digits import rounding_that_gives
from transforms.printed.figure import Figure
from transforms.printed.fingerprint import (
    ANOTHER_TEST,
    PrintedInterval,
    fingerprint_groups,
    fingerprint_proportion,
    fingerprint_ratio,
    fingerprint_survival,
)

Severity = Literal["error", "remark"]
SURVIVALS, INCIDENCES = ("LFS", "EFS", "RFS"), ("CIR",)
WHOLE = 100.0
# What rounding of two printed percentages can add to their sum.
SLACK = 0.11


@dataclass(frozen=True)
class Finding:
    """What a check found, of which figures: a key of the words under `finding`, and what fills it."""

    check: str
    severity: Severity
    figures: tuple[str, ...]
    code: str
    arguments: Mapping[str, Any]


# Severity, the figures it is about, and what was found: its code with its arguments.
Found = Iterator[tuple[Severity, Sequence[Figure], str, Mapping[str, Any]]]
Check = Callable[[Sequence[Figure]], Found]


def lint_figures(figures: Sequence[Figure]) -> list[Finding]:
    """Every finding of every check, in the order of the checks."""
    return [
        Finding(check.__name__, severity, tuple(figure.id for figure in of), code, arguments)
        for check in CHECKS
        for severity, of, code, arguments in check(figures)
    ]


def percentage_of_its_count(figures: Sequence[Figure]) -> Found:
    """N of N has to give the percentage."""
    for figure in figures:
        if figure.unit != "%" or figure.count is None or not figure.of or figure.number is None:
            continue
        exact = WHOLE * figure.count / figure.of
        rounding = rounding_that_gives(figure.value, exact)
        told = {"count": figure.count, "of": figure.of, "exact": exact, "printed": figure.value}
        if rounding is None:
            yield "error", [figure], "percent_differs", told
        elif rounding == "truncate":
            yield "error", [figure], "percent_truncated", told


def size_of_its_population(figures: Sequence[Figure]) -> Found:
    """Where a figure says how many there are of a population, others of it have to count no more."""
    for size in figures:
        if not size.defines or size.count is None:
            continue
        for figure in figures:
            if figure.population == size.defines and figure.of and figure.of > size.count:
                told = {"of": figure.of, "population": figure.population, "size": size.count, "figure": size.id}
                yield "error", [figure, size], "population_too_large", told


def population_told_apart(figures: Sequence[Figure]) -> Found:
    """A population whose name is the beginning of another's may be either."""
    for figure, other in combinations({figure.population: figure for figure in figures}.values(), 2):
        for short, long in ((figure, other), (other, figure)):
            if short.population and long.population.startswith(f"{short.population} or ") and short.of is None:
                told = {"short": short.population, "long": long.population}
                yield "error", [short], "population_ambiguous", told


def population_named(figures: Sequence[Figure]) -> Found:
    """A rate or a ratio without its population says nothing."""
    for figure in figures:
        if not figure.population and figure.statistic in (
            "km_probability",
            "cumulative_incidence",
            "proportion",
            "hazard_ratio",
        ):
            yield "error", [figure], "population_not_named", {}


def survival_and_incidence(figures: Sequence[Figure]) -> Found:
    """Leukemia-free survival and incidence of relapse share what is left by deaths in remission."""
    for survival, incidence in _pairs(figures, SURVIVALS, INCIDENCES):
        if survival.number is None or incidence.number is None:
            continue
        left = WHOLE - survival.number - incidence.number
        of = [survival, incidence]
        if left < -SLACK:
            told = {"survival": survival.endpoint, "incidence": incidence.endpoint, "sum": WHOLE - left}
            yield "error", of, "sum_exceeds_whole", told
        elif left <= SLACK:
            yield "remark", of, "sum_is_whole", {}
            yield from _mirrored(survival, incidence)
        else:
            yield "remark", of, "implied_mortality", {"left": left}


def _mirrored(survival: Figure, incidence: Figure) -> Found:
    if None in (survival.low, survival.high, incidence.low, incidence.high):
        return
    wanted = (WHOLE - float(survival.high or 0), WHOLE - float(survival.low or 0))
    if abs(float(incidence.low or 0) - wanted[0]) > 1 or abs(float(incidence.high or 0) - wanted[1]) > 1:
        told = {"low": wanted[0], "high": wanted[1], "printed_low": incidence.low, "printed_high": incidence.high}
        yield "remark", [incidence, survival], "intervals_not_mirrored", told


def two_endpoints_one_figure(figures: Sequence[Figure]) -> Found:
    """One value and interval for two endpoints needs every event of the one to be one of the other."""
    rates = [figure for figure in figures if figure.low is not None and figure.statistic == "km_probability"]
    for figure, other in combinations(rates, 2):
        alike = (figure.value, figure.low, figure.high, figure.months, figure.population) == (
            other.value, other.low, other.high, other.months, other.population
        )  # fmt: skip
        if alike and figure.endpoint != other.endpoint:
            told = {"endpoint": figure.endpoint, "other": other.endpoint}
            yield "remark", [figure, other], "one_figure_two_endpoints", told


def effect_has_its_name(figures: Sequence[Figure]) -> Found:
    """A logistic model gives odds ratios, a Cox model hazard ratios."""
    for figure in figures:
        # A paper calls it in words: hazard ratio.
        called = figure.effect.replace(" ", "_")
        if figure.statistic in ("odds_ratio", "hazard_ratio") and called not in ("", figure.statistic):
            yield "error", [figure], "effect_misnamed", {"called": called, "effect": figure.statistic}


def p_value_of_its_interval(figures: Sequence[Figure]) -> Found:
    """A ratio's interval implies its p value."""
    for figure in figures:
        if not figure.statistic.endswith("_ratio") or figure.low is None or figure.p_value is None:
            continue
        for way in fingerprint_ratio(PrintedInterval(figure.value, figure.low, figure.high), figure.p_value):
            if way.method == ANOTHER_TEST:
                told = {**dict(way.arguments), "printed": figure.p_value}
                yield "error", [figure], "p_of_another_test", told


def p_value_of_its_counts(figures: Sequence[Figure]) -> Found:
    """Which test of the counts prints the p value; it may be one whose fellows are not significant."""
    for figure in figures:
        if len(figure.groups) != 2:
            continue
        ways = [{"method": way.method} for way in fingerprint_groups(*figure.groups, figure.value)]
        if ways:
            yield "remark", [figure], "p_found", {"printed": figure.value, "ways": ways}
        else:
            yield "error", [figure], "p_not_found", {"printed": figure.value}


def method_of_its_interval(figures: Sequence[Figure]) -> Found:
    """Which kind of interval is printed; it is seldom said."""
    for figure in figures:
        if figure.low is None or figure.unit != "%" or figure.method:
            continue
        printed = PrintedInterval(figure.value, figure.low, figure.high)
        ways: list[dict[str, Any]]
        if figure.statistic == "proportion" and figure.count is not None:
            found = fingerprint_proportion(printed, figure.count, figure.of)
            ways = [{"method": way.method, "rounding": way.rounding} for way in found]
        elif figure.statistic == "km_probability":
            found = fingerprint_survival(printed, figure.of if figure.of and figure.of <= 15 else None)
            ways = [{"method": way.method, "basis": way.basis, **dict(way.arguments)} for way in found]
        else:
            continue
        if ways:
            yield "remark", [figure], "interval_found", {"ways": ways}
        else:
            yield "error", [figure], "interval_not_found", {}


def parts_add_up(figures: Sequence[Figure]) -> Found:
    """Parts of one whole have to be as many as the whole, or somebody is missing."""
    for whole in dict.fromkeys(figure.part_of for figure in figures if figure.part_of):
        parts = [figure for figure in figures if figure.part_of == whole and figure.count is not None]
        total = next((figure.of for figure in parts if figure.of), None)
        told = sum(figure.count or 0 for figure in parts)
        if total is not None and told > total:
            yield "error", parts, "parts_exceed_whole", {"whole": whole, "n": told, "of": total}
        elif total is not None and told < total:
            yield "error", parts, "parts_missing", {"whole": whole, "missing": total - told, "of": total}


def known_at_the_origin(figures: Sequence[Figure]) -> Found:
    """What is known only later gives those who live to see it immortal time, unless the model says otherwise."""
    for figure in figures:
        if figure.later and "time-dependent" not in figure.method and "landmark" not in figure.method:
            yield "error", [figure], "known_after_origin", {}


CHECKS: tuple[Check, ...] = (
    percentage_of_its_count,
    size_of_its_population,
    population_told_apart,
    population_named,
    survival_and_incidence,
    two_endpoints_one_figure,
    effect_has_its_name,
    p_value_of_its_interval,
    p_value_of_its_counts,
    method_of_its_interval,
    parts_add_up,
    known_at_the_origin,
)


def _pairs(figures: Iterable[Figure], first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[Figure, Figure]]:
    """Figures of two kinds of endpoint at one time in one population."""
    rates = [figure for figure in figures if figure.statistic in ("km_probability", "cumulative_incidence")]
    for one in rates:
        for other in rates:
            same = (one.population, one.months) == (other.population, other.months)
            if one.endpoint in first and other.endpoint in second and same:
                yield one, other
