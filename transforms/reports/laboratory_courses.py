"""Courses of laboratory tests on a study's page: every subject's results, so nothing where small counts are suppressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from schemas.axis import TREATMENT
from schemas.protocol.courses import Course
from transforms.figures.courses import ABOVE, BELOW, draw_course
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words

# With fewer results a day has no median.
FEWEST: Final = 3
TREATMENTS: Final = ("tocilizumab", "corticosteroid")
BLOOD: Final = "blood"


def laboratory_course_parts(
    asked: Sequence[Course], tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words
) -> list[Part]:
    """A figure for each test and unit that was measured in the days asked for."""
    return [
        part
        for course in asked
        for (unit,), rows in _samples(course, tables).group_by(("avalu",), maintain_order=True)
        for part in [_part(course, str(unit), rows, tables, queries, words)]
    ]


def _part(
    course: Course, unit: str, found: pl.DataFrame, tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words
) -> Part:
    samples = found.filter(pl.col("value") > 0)
    treated = _treated(course, tables)
    test, infusion = words.told(course.test), words.infusion(course.infusion)
    title = words("laboratory_course.title", test=words.sentence(test), infusion=infusion)
    named = {words.told(name): days for name, days in treated.items()}
    axis = words("with_unit", name=test, unit=words.unit(unit))
    figure = draw_course(samples, day_medians(samples), named, (course.from_day, course.to_day), axis, title, words) if samples.height else ""  # fmt: skip
    notes = [
        words("laboratory_course.note", fewest=FEWEST),
        words("laboratory_course.count", n=samples.height, subjects=samples["subject_id"].n_unique()),
    ]
    if left := found.height - samples.height:
        notes.append(words("laboratory_course.zero", n=left))
    asked = [
        queries.rows("adam.adlb", "subject_id, ady", paramcd=course.test, infusion_number=course.infusion, avalu=unit),
        queries.rows("adam.adtime", "subject_id, startdy", kind=TREATMENT, what=TREATMENTS),
    ]
    return Part(title, PrintedTable([], [], notes), figure, asked)


def day_medians(samples: pl.DataFrame) -> pl.DataFrame:
    """Day and value of the median of each day with three results or more; none where it would be a limit, which is no value.

    samples: day, value, side. A result below a limit counts as lower than every value, one above a limit as higher.
    """
    ordered = samples.with_columns(
        rank=pl.when(side=BELOW).then(-float("inf")).when(side=ABOVE).then(float("inf")).otherwise("value")
    )
    medians = ordered.group_by("day").agg(value=pl.median("rank"), n=pl.len())
    return medians.filter(pl.col("n") >= FEWEST, pl.col("value").is_finite()).sort("day").select("day", "value")


def _samples(course: Course, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """subject_id, day since the infusion, value, side and unit of the results of the test, those before the infusion too."""
    day_0 = (
        tables["adam.adex"]
        .filter(infusion_number=course.infusion)
        .select("subject_id", day_0="infusiondt", next_0="nextdt")
    )
    results = tables["adam.adlb"].filter(
        pl.col("paramcd") == course.test, pl.col("avalu").is_not_null(), pl.col("matrix").fill_null(BLOOD) == BLOOD
    )
    side = (
        pl.when(pl.col("aval").is_not_null()).then(pl.lit("")).when(pl.col("avalhi").is_not_null()).then(pl.lit(BELOW))
    )
    return (
        results.join(day_0, on="subject_id")
        # From the next infusion on results belong to that one.
        .filter((pl.col("adt") < pl.col("next_0")).fill_null(value=True))
        .with_columns(
            day=(pl.col("adt") - pl.col("day_0")).dt.total_days(),
            value=pl.coalesce("aval", "avalhi", "avallo"),
            side=side.otherwise(pl.lit(ABOVE)),
        )
        .filter(pl.col("day").is_between(course.from_day, course.to_day), pl.col("value").is_not_null())
        .sort("avalu", "subject_id", "day", "srcseq")
        .select("subject_id", "day", "value", "side", "avalu")
    )


def _treated(course: Course, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.Series]:
    """Days since the infusion on which each treatment was begun, a subject once a day."""
    day_0 = tables["adam.adex"].filter(infusion_number=course.infusion).select("subject_id", day_0="infusiondt")
    begun = (
        tables["adam.adtime"]
        .filter(kind=TREATMENT)
        .join(day_0, on="subject_id")
        .with_columns(day=(pl.col("startdt") - pl.col("day_0")).dt.total_days())
        .filter(pl.col("day").is_between(course.from_day, course.to_day))
        .unique(["subject_id", "what", "day"])
        .sort("day", "subject_id")
    )
    return {name: begun.filter(what=name)["day"] for name in TREATMENTS}
