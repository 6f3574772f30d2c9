"""Curves of rounded counts: what a report draws, and reads its rates from, where small counts are suppressed.

Belongs here: a curve of results.curve made anew from counts that are multiples of the smallest count. Which other numbers are shown is in
disclosure.py.

The rule: time goes in whole months. A month has a step only where the events so far pass a multiple of the smallest count, and
then of as many events; who is at risk is known to such a multiple too. The estimators of the report run on these counts, so
that estimate, interval and median say nothing that the counts do not. A curve ends while at least the smallest count is at risk, and
shows nobody who was censored.
Source: the practice of OpenSAFELY for Kaplan-Meier curves (docs.opensafely.org, output checking: steps of several events, rounded counts);
Hundepool et al., Statistical Disclosure Control 2012, 5.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast, get_args

import polars as pl

from transforms.statistics import (
    Estimate,
    IncidenceCurve,
    NotEstimable,
    SurvivalCurve,
    cumulative_incidence,
    incidence_at,
    kaplan_meier,
    median_survival,
    survival_at,
)
from transforms.statistics.survival_intervals import Interval

SURVIVAL, INCIDENCE, COMPETING = "survival", "cumulative_incidence", "competing_incidence"
CAUSES: Final = {SURVIVAL: 1, INCIDENCE: 1, COMPETING: 2}
GROUP = ("analysis_id", "factor", "level")
Key = tuple[str, str, str]
_EQUAL = 1e-9


def rounded_down(count: int, smallest: int) -> int:
    """A count of subjects as it is shown: the multiple of the smallest count that it has reached."""
    return count // smallest * smallest


@dataclass(frozen=True)
class RoundedCurve:
    """A curve of rounded counts. at_risk: shown number at risk by whole month, from 0 to the last month of the curve."""

    estimated: SurvivalCurve | IncidenceCurve
    at_risk: tuple[int, ...]

    def at(self, months: float) -> Estimate | NotEstimable | None:
        """Its value at a time, with the number at risk as it is shown; None behind its end."""
        if months > len(self.at_risk) - 1 + _EQUAL:
            return None
        if isinstance(self.estimated, SurvivalCurve):
            return survival_at(self.estimated, months)
        return incidence_at(self.estimated, months)

    def median(self) -> Estimate | NotEstimable | None:
        """The median of a survival curve; None of an incidence."""
        return median_survival(self.estimated) if isinstance(self.estimated, SurvivalCurve) else None


def rounded_curves(
    curve: pl.DataFrame, smallest: int, interval: str = "log-log"
) -> dict[tuple[Key, str], RoundedCurve]:
    """Every curve of endpoints whose subjects are not too few, by its group and statistic. curve: rows of results.curve."""
    of_endpoints = curve.filter(pl.col("statistic").is_in(list(CAUSES)))
    found: dict[tuple[Key, str], RoundedCurve] = {}
    for key, rows in of_endpoints.group_by(GROUP, maintain_order=True):
        of_statistic = {
            str(name[0]): part.sort("time_months") for name, part in rows.group_by("statistic", maintain_order=True)
        }
        group = cast("Key", tuple(map(str, key)))
        found |= {(group, name): made for name, made in _of_group(of_statistic, smallest, interval)}
    return found


def curve_rows(curve: pl.DataFrame, made: dict[tuple[Key, str], RoundedCurve]) -> pl.DataFrame:
    """The rounded curves in the columns of results.curve, a row a month."""
    study = curve["study_id"][0] if curve.height else ""
    rows = [
        {"study_id": study, **dict(zip(GROUP, key, strict=True)), "statistic": statistic, **row}
        for (key, statistic), found in made.items()
        for row in _rows(found)
    ]
    return pl.DataFrame(rows, schema=curve.schema)


def _rows(found: RoundedCurve) -> Iterator[dict[str, float | int | None]]:
    for month, at_risk in enumerate(found.at_risk):
        value = found.at(month)
        if not isinstance(value, Estimate):
            return
        yield {
            "time_months": float(month),
            "estimate": value.value,
            "ci_low": value.low,
            "ci_high": value.high,
            "at_risk": at_risk,
            "events": 0,
            "censored": 0,
        }


def _of_group(parts: dict[str, pl.DataFrame], smallest: int, interval: str) -> Iterator[tuple[str, RoundedCurve]]:
    main = parts.get(SURVIVAL, parts.get(INCIDENCE))
    if main is None or main["at_risk"][0] < smallest:
        return
    known = interval if interval in get_args(Interval) else "log-log"
    times, causes, at_risk = _rounded_subjects(main, parts.get(COMPETING), smallest)
    for statistic in parts:
        estimated: SurvivalCurve | IncidenceCurve | NotEstimable
        if statistic == SURVIVAL:
            estimated = kaplan_meier(times, causes, interval=cast("Interval", known))
        else:
            estimated = cumulative_incidence(times, causes, cause=CAUSES[statistic], interval=cast("Interval", known))
        if not isinstance(estimated, NotEstimable):
            yield statistic, RoundedCurve(estimated, at_risk)


def _rounded_subjects(
    main: pl.DataFrame, competing: pl.DataFrame | None, smallest: int
) -> tuple[list[int], list[int], tuple[int, ...]]:
    """As many subjects as the rounded counts allow: month and cause of each (0 for censored), and who is at risk in each month."""
    alive = _middle(main["at_risk"][0], smallest)
    at_risk = [rounded_down(main["at_risk"][0], smallest)]
    times: list[int] = []
    causes: list[int] = []
    seen = dict.fromkeys(CAUSES.values(), 0)
    while at_risk[-1] and (remaining := _at_risk(main, month := len(at_risk))) >= smallest:
        so_far = {1: _events(main, month), 2: 0 if competing is None else _events(competing, month)}
        steps = {cause: rounded_down(so_far[cause], smallest) - seen[cause] for cause in seen}
        if sum(steps.values()) > alive:
            break
        for cause, events in steps.items():
            times += [month] * events
            causes += [cause] * events
            seen[cause] += events
        alive -= sum(steps.values())
        left = max(0, alive - _middle(_at_risk(main, month, after=True), smallest))
        times += [month] * left
        causes += [0] * left
        alive -= left
        at_risk.append(rounded_down(remaining, smallest))
    last = len(at_risk) - 1
    return [*times, *[last] * alive], [*causes, *[0] * alive], tuple(at_risk)


def _middle(count: int, smallest: int) -> int:
    """The middle of all counts that are shown alike."""
    return rounded_down(count, smallest) + smallest // 2


def _events(rows: pl.DataFrame, month: int) -> int:
    return int(rows.filter(pl.col("time_months") <= month + _EQUAL)["events"].sum())


def _at_risk(rows: pl.DataFrame, month: int, *, after: bool = False) -> int:
    """Subjects whose time is at least so long, or longer."""
    time = pl.col("time_months")
    later = rows.filter(time > month + _EQUAL if after else time >= month - _EQUAL)
    return int(later["at_risk"][0]) if later.height else 0
