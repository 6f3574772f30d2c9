"""Courses of counts as lines a clinician can read, the records they stand for, and their grades worked out day by day.

A line: `neutrophils 0-2: 2.0, 3-9: 0.5, 10-40: 2.0; death 12 => early 2 [2-2]`. Days are since the infusion; `3, 5, 7: 0.5` are samples of single
days; a count may have a unit, a sign of a limit (`<0.1`), and several on one day. After `;` stands what else happened. After `=>` stands the grade of a phase, `?` where it is
open, and in brackets the lowest and the highest that fit the samples; `not at risk` where the phase was not reached.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.count_criteria import Scheme, count_schemes

DAY = r"(\d+)(?:-(\d+))?"
SAMPLES = re.compile(rf"((?:{DAY}(?:, )?)+): ([<>]?)([\d.]+) ?([^\d,;]*)(?:, |$)")
GRADED = re.compile(r"(early|late) (?:(not at risk)|(\d|\?) \[(\d)-(\d)\])")
FACTOR = {"/uL": 0.001, "1e9/L": 1.0, "": 1.0}
ENDS = {
    "relapse": "relapse subject_id relapse_date", "therapy": "treatment subject_id treatment start_date",
    "transplant": "transplant subject_id transplant_date", "death": "death subject_id death_date",
}  # fmt: skip
RANK = ["relapse", "therapy", "transplant", "death"]

Grades = tuple[int | None, int, int] | None


@dataclass
class Course:
    """One line. samples: day, sign, count, unit. transfused: days. ends: what happened and when."""

    name: str
    test: str
    samples: list[tuple[int, str, float, str]] = field(default_factory=list)
    transfused: list[int] = field(default_factory=list)
    ends: list[tuple[str, int]] = field(default_factory=list)
    expected: dict[str, Grades] = field(default_factory=dict)

    @property
    def scheme(self) -> str:
        return "ICAHT" if self.test == "neutrophils" else "T-ICAHT"


def read_courses(text: str) -> list[Course]:
    """Courses of lines, each under a title that begins with #."""
    found = []
    for block in text.strip().split("\n\n"):
        title, line = block.strip().split("\n", 1)
        told, _, expected = " ".join(line.split()).partition(" => ")
        counts, *others = told.split("; ")
        test, _, samples = counts.partition(" ")
        course = Course(title.removeprefix("# "), test)
        for days, *_, sign, count, unit in SAMPLES.findall(samples):
            for first, last in re.findall(DAY, days):
                course.samples += [
                    (day, sign, float(count), unit.strip()) for day in range(int(first), int(last or first) + 1)
                ]
        for other in others:
            what, *days = other.split()
            if what == "transfused":
                course.transfused += [int(day) for day in days]
            else:
                course.ends.append((what, int(days[0])))
        for phase, none, grade, low, high in GRADED.findall(expected):
            course.expected[phase] = None if none else (None if grade == "?" else int(grade), int(low), int(high))
        found.append(course)
    return found


def records(courses: list[Course]) -> str:
    """The records of courses, as tests.transforms.endpoints.tiny_study reads them; subjects are numbered from 0."""
    blocks = [
        ["infusion subject_id infusion_date infusion_number target", *(f"{n} 0 1 CD19" for n in range(len(courses)))]
    ]
    counts = ["laboratory subject_id sample_date test value value_below value_above unit"]
    for number, course in enumerate(courses):
        for day, sign, count, unit in course.samples:
            cells = {"": f"{count} . .", "<": f". {count} .", ">": f". . {count}"}[sign]
            counts.append(f"{number} {day} {course.test} {cells} {unit or '1e9/L'}")
    blocks.append(counts)
    treated = [f"{n} platelet_transfusion {day}" for n, one in enumerate(courses) for day in one.transfused]
    treated += [
        f"{n} antileukemic {day}" for n, one in enumerate(courses) for what, day in one.ends if what == "therapy"
    ]
    blocks.append([ENDS["therapy"], *treated])
    blocks += [
        [ENDS[kind], *(f"{n} {day}" for n, one in enumerate(courses) for what, day in one.ends if what == kind)]
        for kind in ("relapse", "transplant", "death")
    ]
    return "\n\n".join("\n".join(block) for block in blocks if len(block) > 1)


def grade_by_hand(course: Course, phase: str, *, days: str = "cumulative") -> Grades:
    """Grade, lowest and highest, day by day in plain Python: a second route to what the SQL derives from sets."""
    scheme = count_schemes()[course.scheme]
    of = scheme.phases[phase]
    ends = sorted((day, RANK.index(what)) for what, day in course.ends if day > 0)
    end = min([of.to_day, *(day for day, _ in ends)])
    if ends and ends[0][0] < of.from_day:
        return None
    whole = not ends or ends[0][0] > of.to_day
    died = not whole and RANK[ends[0][1]] == "death"
    seen_to = end + scheme.recovery_days if whole else end
    seen_to = min(seen_to, ends[0][0]) if ends else seen_to
    by_limit = {}
    for limit in {one.limit for one in scheme.criteria if one.phase == phase}:
        by_limit[limit] = _ways(course, scheme, limit, of.from_day, end, seen_to, whole=whole)
    grades = {}
    for way in ("lo", "hi", "br", "bh"):
        met = [0]
        for one in scheme.criteria:
            if one.phase != phase:
                continue
            found = by_limit[one.limit]
            counted = found[way]
            enough = _longest(counted) if days == "longest" else sum(counted.values())
            samples = found["below"] + (found["unknown"] if way == "hi" else 0)
            later = [day for day in counted if day >= (one.never_above_from or 0)]
            never = bool(later) and all(counted[day] and day not in found["above"] for day in later)
            if (
                (one.days is None or enough >= one.days)
                and (one.samples is None or samples >= one.samples)
                and (one.never_above_from is None or (never and (way == "hi" or whole or died)))
            ):
                met.append(one.grade)
        grades[way] = max(met)
    needed = max([one.samples or 0 for one in scheme.criteria if one.phase == phase])
    few = min(found["decided"] for found in by_limit.values()) < needed
    grade = None if few or grades["br"] != grades["bh"] else grades["br"]
    return grade, grades["lo"], grades["hi"]


def _ways(course: Course, scheme: Scheme, limit: float, first: int, end: int, seen_to: int, *, whole: bool) -> dict:
    """By way the days from first to end and whether each counts; how many were sampled below, decided, unknown."""
    values: dict[int, list[tuple[str, float]]] = {}
    beyond = seen_to + scheme.bridged_days + 1 if whole else end
    for day, sign, count, unit in course.samples:
        if day <= beyond:
            values.setdefault(day, []).append((sign, count * FACTOR[unit]))
    state: dict[int, str] = {}
    for day, found in values.items():
        judged = [_judge(sign, count, limit, at_limit=scheme.at_limit) for sign, count in found]
        if "below" in judged:
            state[day] = "below"
        elif None not in judged:
            state[day] = "above"
    lowest = {day: min(count for _, count in values[day]) for day in state}
    start = max(0, first - scheme.bridged_days)
    filled: dict[int, str | None] = {}
    for day in range(start, seen_to + 1):
        before = max([one for one in state if start <= one < day], default=None)
        after = min([one for one in state if one > day], default=None)
        line = None
        if day in state:
            filled[day] = state[day]
            continue
        if day not in values:
            if before is not None and after is not None:
                if after - before - 1 <= scheme.bridged_days:
                    line = lowest[before] + (lowest[after] - lowest[before]) * (day - before) / (after - before)
            elif after is not None and after - day <= scheme.bridged_days:
                line = lowest[after]
            elif before is not None and day - before <= scheme.bridged_days:
                line = lowest[before]
        filled[day] = None if line is None else _judge("", line, limit, at_limit=scheme.at_limit)
    supported = {
        day
        for given in course.transfused
        for day in range(given, given + (scheme.supported_days or 0) + 1)
        if scheme.supported_days is not None
    }
    ways = {}
    for way in ("lo", "hi", "br", "bh"):
        took = {}
        for day, known in filled.items():
            if way == "lo":
                took[day] = state.get(day, "above")
            elif way == "hi":
                above = "supported" if day in supported else "above"
                took[day] = above if state.get(day) == "above" else "below"
            elif known == "above":
                took[day] = "supported" if day in supported else "above"
            else:
                took[day] = known or ("above" if way == "br" else "below")
        ways[way] = {
            day: counts
            for day, counts in _counts(took, scheme.recovery_days, lenient=way == "lo").items()
            if first <= day <= end
        }
    inside = [day for day in state if first <= day <= end]
    return {
        **ways,
        "above": {day for day in inside if state[day] == "above"},
        "below": sum(state[day] == "below" for day in inside),
        "decided": len(inside),
        "unknown": end - first + 1 - len(inside),
    }


def _judge(sign: str, count: float, limit: float, *, at_limit: bool) -> str | None:
    if sign == "<":
        return "below" if count <= limit * (1 + 1e-12) else None
    if sign == ">":
        return "above" if count >= limit * (1 - 1e-12) else None
    low = count <= limit * (1 + 1e-12) if at_limit else count < limit * (1 - 1e-12)
    return "below" if low else "above"


def _counts(took: dict[int, str], recovery: int, *, lenient: bool) -> dict[int, bool]:
    days = sorted(took)
    recovered, run = set(), []
    for day in [*days, None]:
        if day is not None and took[day] == "above":
            run.append(day)
            continue
        if len(run) >= recovery or (lenient and run and run[-1] == days[-1]):
            recovered |= set(run)
        run = []
    once, counts = False, {}
    for day in days:
        once = once or took[day] == "below"
        counts[day] = took[day] == "below" or (once and day not in recovered)
    return counts


def _longest(counted: dict[int, bool]) -> int:
    best = run = 0
    for day in sorted(counted):
        run = run + 1 if counted[day] else 0
        best = max(best, run)
    return best
