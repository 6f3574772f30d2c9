"""What a list of patients gives of the quantities papers print, by the estimators of transforms.statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tests.synthetic.constraints.check import PERCENT, Given
from tests.synthetic.patient import DAYS_PER_MONTH, Patient
from transforms.statistics import (
    Categorical,
    Estimate,
    Interval,
    NotEstimable,
    Summary,
    Term,
    build_design,
    cumulative_incidence,
    fit_cox,
    follow_up_among_survivors,
    follow_up_reverse_kaplan_meier,
    follow_up_simple,
    incidence_at,
    kaplan_meier,
    median_survival,
    summarize,
    survival_at,
)

RELAPSE, DEATH = 1, 2
NO, YES = "no", "yes"
LEVELS = (NO, YES)


@dataclass(frozen=True)
class Course:
    """Days from an origin to what happened: 0 nothing, else what kind of event."""

    days: np.ndarray
    kind: np.ndarray

    @property
    def event(self) -> np.ndarray:
        """Whether anything happened."""
        return np.asarray(self.kind > 0)


def survival(members: Sequence[Patient], infusion: int = 1) -> Course:
    """From an infusion to death or last contact."""
    return _course([(p.last_contact - _day(p, infusion), int(p.death is not None)) for p in members])


def leukemia_free(members: Sequence[Patient], infusion: int = 1) -> Course:
    """From an infusion to relapse (1), death in remission (2) or last contact."""
    return _course([_until_relapse(p, _day(p, infusion)) for p in members])


def leukemia_free_from_transplant(members: Sequence[Patient]) -> Course:
    """From transplant to relapse, death in remission or last contact."""
    return _course([_until_relapse(p, p.transplant or 0) for p in members])


def event_free(members: Sequence[Patient], infusion: int = 1) -> Course:
    """From an infusion to no response, relapse, death or last contact."""
    return _course([_until_event(p, infusion) for p in members])


def rate_at(course: Course, months: float, interval: Interval = "log-log") -> Given:
    """Kaplan-Meier rate at some months, in percent."""
    return _in_percent(survival_at(kaplan_meier(course.days, course.event, interval=interval), months * DAYS_PER_MONTH))  # type: ignore[arg-type]


def incidence_of_relapse_at(course: Course, months: float) -> Given:
    """Cumulative incidence of relapse where death competes, in percent."""
    curve = cumulative_incidence(course.days, course.kind, cause=RELAPSE)
    return _in_percent(incidence_at(curve, months * DAYS_PER_MONTH))  # type: ignore[arg-type]


def median_months(course: Course) -> Given:
    """Kaplan-Meier median; without a value where it is not reached."""
    return _in_months(median_survival(kaplan_meier(course.days, course.event)))  # type: ignore[arg-type]


def follow_up(course: Course) -> dict[str, Given]:
    """Follow-up in months, by its three definitions."""
    found = {"reverse": _in_months(follow_up_reverse_kaplan_meier(course.days, course.event))}
    for who, summary in (
        ("survivors", follow_up_among_survivors(course.days, course.event)),
        ("all", follow_up_simple(course.days)),
    ):
        for name, value in described(summary).items():
            found[f"{name} of {who}"] = Given(float(value.value) / DAYS_PER_MONTH)  # type: ignore[arg-type]
    return found


def described(values: Sequence[float] | Summary | NotEstimable) -> dict[str, Given]:
    """Median, min and max; none of nothing."""
    summary = values if isinstance(values, Summary | NotEstimable) else summarize(list(values))
    if isinstance(summary, NotEstimable):
        return {name: Given() for name in ("median", "min", "max")}
    return {"median": Given(summary.median), "min": Given(summary.low), "max": Given(summary.high)}


def named(prefix: str, found: dict[str, Given]) -> dict[str, Given]:
    """Figures whose ids begin alike: age_median, age_min, age_max."""
    return {f"{prefix}_{name}": value for name, value in found.items()}


def part(members: Sequence[Patient], fits: Callable[[Patient], bool], of: int | None = None) -> Given:
    """How many of the members fit, of all of them or of another number."""
    return Given(count=(sum(map(fits, members)), len(members) if of is None else of))


def size(number: int) -> Given:
    """A number of subjects."""
    return Given(number)


def grade(patient: Patient, term: str, infusion: int = 1) -> int:
    """The grade of an adverse event after an infusion; 0 where it did not occur."""
    return max((event.grade for event in patient.events if (event.term, event.infusion) == (term, infusion)), default=0)


def in_remission_after(patient: Patient, infusion: int) -> bool:
    """Whether an infusion was answered by a remission."""
    return any(found.infusion == infusion and found.response in ("CR", "CRi") for found in patient.responses)


def hazard_ratio(course: Course, exposed: Sequence[bool]) -> Term:
    """Cox model on one yes-or-no factor."""
    fit = fit_cox(course.days, course.event, build_design([factor("exposed", exposed)]))
    if isinstance(fit, NotEstimable):
        raise ValueError(f"no hazard ratio of this cohort: {fit.reason}")
    return fit.terms[0]


def factor(name: str, members: Sequence[bool]) -> Categorical:
    """A yes-or-no factor for a model."""
    return Categorical(name, [LEVELS[flag] for flag in members], LEVELS)


def shortens(term: Term) -> Given:
    """Whether a factor is a significant risk."""
    return Given(term.ratio.value > 1 and term.p_value < 0.05)


def lengthens(term: Term) -> Given:
    """Whether a factor is significantly of use."""
    return Given(term.ratio.value < 1 and term.p_value < 0.05)


def _course(found: Sequence[tuple[int, int]]) -> Course:
    return Course(np.array([day for day, _ in found]), np.array([kind for _, kind in found]))


def _day(patient: Patient, infusion: int) -> int:
    return patient.infusions[infusion - 1].day


def _until_relapse(patient: Patient, origin: int) -> tuple[int, int]:
    if patient.relapse is not None:
        return patient.relapse - origin, RELAPSE
    return patient.last_contact - origin, DEATH if patient.death is not None else 0


def _until_event(patient: Patient, infusion: int) -> tuple[int, int]:
    origin = _day(patient, infusion)
    answers = [found for found in patient.responses if found.infusion == infusion]
    if answers and not in_remission_after(patient, infusion):
        return answers[0].day - origin, RELAPSE
    return _until_relapse(patient, origin)


def _in_percent(found: Estimate | NotEstimable) -> Given:
    return _scaled(found, PERCENT)


def _in_months(found: Estimate | NotEstimable) -> Given:
    return _scaled(found, 1 / DAYS_PER_MONTH)


def _scaled(found: Estimate | NotEstimable, scale: float) -> Given:
    if isinstance(found, NotEstimable):
        return Given()
    return Given(*(None if bound is None else scale * bound for bound in (found.value, found.low, found.high)))
