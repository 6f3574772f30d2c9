"""A linter of figures, printed by a paper or computed here: what can't be true, what contradicts, what is not said.

A figure is looked at beside the others of its source. `error`: it can't be right. `remark`: a reader has to know, as that an
interval is of a certain kind, or that figures leave a rest. The checks are the functions of CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from transforms.printed.digits import rounding_that_gives
from transforms.printed.figure import Figure
from transforms.printed.fingerprint import (
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
    """What a check found, of which figures."""

    check: str
    severity: Severity
    figures: tuple[str, ...]
    what: str


# Severity, the figures it is about, and what was found.
Found = Iterator[tuple[Severity, Sequence[Figure], str]]
Check = Callable[[Sequence[Figure]], Found]


def lint_figures(figures: Sequence[Figure]) -> list[Finding]:
    """Every finding of every check, in the order of the checks."""
    return [
        Finding(check.__name__, severity, tuple(figure.id for figure in of), what)
        for check in CHECKS
        for severity, of, what in check(figures)
    ]


def percentage_of_its_count(figures: Sequence[Figure]) -> Found:
    """N of N has to give the percentage."""
    for figure in figures:
        if figure.unit != "%" or figure.count is None or not figure.of or figure.number is None:
            continue
        exact = WHOLE * figure.count / figure.of
        rounding = rounding_that_gives(figure.value, exact)
        told = f"{figure.count} of {figure.of} is {exact:.3f} %"
        if rounding is None:
            yield "error", [figure], f"{told}, printed {figure.value} %"
        elif rounding == "truncate":
            yield "error", [figure], f"{told}: {figure.value} % is cut off, not rounded"


def size_of_its_population(figures: Sequence[Figure]) -> Found:
    """Where a figure says how many there are of a population, others of it have to count no more."""
    for size in figures:
        if not size.defines or size.count is None:
            continue
        for figure in figures:
            if figure.population == size.defines and figure.of and figure.of > size.count:
                what = f"N = {figure.of} of {figure.population}, of whom there are {size.count} by {size.id}"
                yield "error", [figure, size], what


def population_told_apart(figures: Sequence[Figure]) -> Found:
    """A population whose name is the beginning of another's may be either."""
    for figure, other in combinations({figure.population: figure for figure in figures}.values(), 2):
        for short, long in ((figure, other), (other, figure)):
            if short.population and long.population.startswith(f"{short.population} or ") and short.of is None:
                yield (
                    "error",
                    [short],
                    f"called {short.population} here and {long.population} elsewhere: the denominator is in doubt",
                )


def population_named(figures: Sequence[Figure]) -> Found:
    """A rate or a ratio without its population says nothing."""
    for figure in figures:
        if not figure.population and figure.statistic in (
            "km_probability",
            "cumulative_incidence",
            "proportion",
            "hazard_ratio",
        ):
            yield "error", [figure], "the population is not named"


def survival_and_incidence(figures: Sequence[Figure]) -> Found:
    """Leukemia-free survival and incidence of relapse share what is left by deaths in remission."""
    for survival, incidence in _pairs(figures, SURVIVALS, INCIDENCES):
        if survival.number is None or incidence.number is None:
            continue
        left = WHOLE - survival.number - incidence.number
        of = [survival, incidence]
        if left < -SLACK:
            yield "error", of, f"{survival.endpoint} and {incidence.endpoint} add to {WHOLE - left:.1f} %"
        elif left <= SLACK:
            yield "remark", of, "they add to 100 %: nobody died in remission, or the incidence is 1 - Kaplan-Meier"
            yield from _mirrored(survival, incidence)
        else:
            yield "remark", of, f"they leave {left:.1f} % to death in remission"


def _mirrored(survival: Figure, incidence: Figure) -> Found:
    if None in (survival.low, survival.high, incidence.low, incidence.high):
        return
    wanted = (WHOLE - float(survival.high or 0), WHOLE - float(survival.low or 0))
    if abs(float(incidence.low or 0) - wanted[0]) > 1 or abs(float(incidence.high or 0) - wanted[1]) > 1:
        what = (
            f"of two rates that add to 100 % plain intervals mirror each other: {wanted[0]:g}-{wanted[1]:g}, "
            f"printed {incidence.low}-{incidence.high}: of two kinds, or one is another figure's"
        )
        yield "remark", [incidence, survival], what


def two_endpoints_one_figure(figures: Sequence[Figure]) -> Found:
    """One value and interval for two endpoints needs every event of the one to be one of the other."""
    rates = [figure for figure in figures if figure.low is not None and figure.statistic == "km_probability"]
    for figure, other in combinations(rates, 2):
        alike = (figure.value, figure.low, figure.high, figure.months, figure.population) == (
            other.value, other.low, other.high, other.months, other.population
        )  # fmt: skip
        if alike and figure.endpoint != other.endpoint:
            what = f"one figure for {figure.endpoint} and {other.endpoint}: every event would have to be a death"
            yield "remark", [figure, other], what


def effect_has_its_name(figures: Sequence[Figure]) -> Found:
    """A logistic model gives odds ratios, a Cox model hazard ratios."""
    names = {"odds_ratio": "odds ratio", "hazard_ratio": "hazard ratio"}
    for figure in figures:
        wanted = names.get(figure.statistic)
        if wanted and figure.effect and figure.effect != wanted:
            yield "error", [figure], f"it is called {figure.effect}; the model gives the {wanted}"


def p_value_of_its_interval(figures: Sequence[Figure]) -> Found:
    """A ratio's interval implies its p value."""
    for figure in figures:
        if not figure.statistic.endswith("_ratio") or figure.low is None or figure.p_value is None:
            continue
        for way in fingerprint_ratio(PrintedInterval(figure.value, figure.low, figure.high), figure.p_value):
            if way.method.startswith("another test"):
                yield "error", [figure], f"{way.of}, printed {figure.p_value}: of another test"


def p_value_of_its_counts(figures: Sequence[Figure]) -> Found:
    """Which test of the counts prints the p value; it may be one whose fellows are not significant."""
    for figure in figures:
        if len(figure.groups) != 2:
            continue
        ways = [way.method for way in fingerprint_groups(*figure.groups, figure.value)]
        told = (
            f"p = {figure.value} is that of: {', '.join(ways)}"
            if ways
            else f"no test of the counts gives p = {figure.value}"
        )
        yield "remark" if ways else "error", [figure], told


def method_of_its_interval(figures: Sequence[Figure]) -> Found:
    """Which kind of interval is printed; it is seldom said."""
    for figure in figures:
        if figure.low is None or figure.unit != "%" or figure.method:
            continue
        printed = PrintedInterval(figure.value, figure.low, figure.high)
        if figure.statistic == "proportion" and figure.count is not None:
            ways = [
                f"{way.method} ({way.rounding})" for way in fingerprint_proportion(printed, figure.count, figure.of)
            ]
        elif figure.statistic == "km_probability":
            found = fingerprint_survival(printed, figure.of if figure.of and figure.of <= 15 else None)
            ways = [f"{way.method}, {way.of}" for way in found]
        else:
            continue
        if ways:
            yield "remark", [figure], "the interval is: " + "; or ".join(ways)
        else:
            yield "error", [figure], "no kind of interval known here prints these bounds"


def parts_add_up(figures: Sequence[Figure]) -> Found:
    """Parts of one whole have to be as many as the whole, or somebody is missing."""
    for whole in dict.fromkeys(figure.part_of for figure in figures if figure.part_of):
        parts = [figure for figure in figures if figure.part_of == whole and figure.count is not None]
        total = next((figure.of for figure in parts if figure.of), None)
        told = sum(figure.count or 0 for figure in parts)
        if total is not None and told > total:
            yield "error", parts, f"{whole}: the parts are {told} of {total}"
        elif total is not None and told < total:
            yield "error", parts, f"{whole}: {total - told} of {total} are not accounted for"


def known_at_the_origin(figures: Sequence[Figure]) -> Found:
    """What is known only later gives those who live to see it immortal time, unless the model says otherwise."""
    for figure in figures:
        if figure.later and "time-dependent" not in figure.method and "landmark" not in figure.method:
            yield (
                "error",
                [figure],
                "the covariate is known only after the origin, and no time-dependent or landmark analysis is named",
            )


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
