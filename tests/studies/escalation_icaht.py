"""Grades of hematotoxicity from raw counts by SQL of its own: ICAHT (Rejeski et al., Blood 2023;142:865) and T-ICAHT (Blood 2025, doi 10.1182/blood.2025028833).

Every day has a value, its sample or the straight line between those around it. Days above a limit are a recovery from three in a row on; fewer, after a day at
the limit, count as low. Typed anew from the papers: nothing is read from the tables of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb
import polars as pl

from tests.studies.escalation_exports import Infused, Result

# Limit, whether it counts itself; then grade with days, samples, or no recovery from day 3 on.
CRITERIA: dict[tuple[str, str], list[tuple[float, int, str]]] = {
    ("ICAHT", "early"): [
        (0.5, 1, "days >= 1"), (0.5, 2, "days >= 7"), (0.5, 3, "days >= 14"), (0.1, 3, "days >= 7"), (0.1, 4, "days >= 14"), (0.5, 4, "never_above"),
    ],
    ("ICAHT", "late"): [(1.5, 1, "samples >= 2"), (1.0, 2, "samples >= 2"), (0.5, 3, "samples >= 2"), (0.1, 4, "samples >= 2")],
    ("T-ICAHT", "early"): [(50, 1, "days >= 1"), (50, 2, "days >= 7"), (20, 3, "days >= 1"), (20, 4, "days >= 14")],
    ("T-ICAHT", "late"): [(100, 1, "samples >= 2"), (50, 2, "samples >= 2"), (20, 3, "samples >= 2"), (20, 4, "samples >= 2 and days >= 14")],
}  # fmt: skip
PHASES = {"early": (0, 30), "late": (31, 100)}
DAYS = """
with day_of as (
    select w.patient, c.lim, unnest(range(greatest(0, w.first_day - 7), w.seen_to + 1)) as dy, w.first_day, w.last_day
    from course as w
    cross join (select distinct lim from criterion) as c
),

valued as (
    select d.*, p.dy = d.dy as sampled,
        if(n.dy is null or n.dy = p.dy, p.value, p.value + (n.value - p.value) * (d.dy - p.dy) / (n.dy - p.dy)) as value
    from day_of as d
    asof left join sample as p on d.patient = p.patient and d.dy >= p.dy
    asof left join sample as n on d.patient = n.patient and d.dy <= n.dy
),

judged as (
    select *, if($scheme = 'ICAHT', value <= lim, value < lim) as low from valued
),

runs as (
    select *, dy - row_number() over (partition by patient, lim, low order by dy) as run from judged
),

counted as (
    select *,
        low or (
            count(*) over (partition by patient, lim, low, run) < 3
            and bool_or(low) over (partition by patient, lim order by dy rows unbounded preceding)
        ) as counts
    from runs
)

select patient, lim, count(*) filter (counts) as days, count(*) filter (low and sampled) as samples,
    coalesce(bool_and(counts and (low or not sampled)) filter (dy >= 3), false) as never_above
from counted
where dy between first_day and last_day
group by all
"""


def icaht_grades(
    scheme: str, phase: str, results: Iterable[Result], infusions: Sequence[Infused], ended: Mapping[str, date]
) -> dict[str, int]:
    """Grade of each patient who was seen to the first day of the phase."""
    test = "neutrophils" if scheme == "ICAHT" else "platelets"
    day_0 = {one.patient: one.day for one in infusions}
    first, last = PHASES[phase]
    ends = {who: (ended[who] - day).days if who in ended else last + 3 for who, day in day_0.items()}
    course = pl.DataFrame(
        [(who, first, min(last, end), min(last + 3, end)) for who, end in ends.items() if end >= first],
        schema=["patient", "first_day", "last_day", "seen_to"],
        orient="row",
    )
    sample = pl.DataFrame(
        [
            (one.patient, day, one.value)
            for one in results
            if one.test == test
            and (day := (one.day - day_0[one.patient]).days) >= 0
            and (ends[one.patient] > last or day <= ends[one.patient])
        ],
        schema=["patient", "dy", "value"],
        orient="row",
    )
    criterion = pl.DataFrame(
        [(limit, grade) for limit, grade, _ in CRITERIA[scheme, phase]],
        schema={"lim": pl.Float64, "grade": pl.Int64},
        orient="row",
    )
    with duckdb.connect() as connection:
        for name, frame in (("course", course), ("sample", sample), ("criterion", criterion)):
            connection.register(name, frame)
        connection.execute(f"create table days as {DAYS}", {"scheme": scheme})
        met = " union all ".join(
            f"select patient, {grade} as grade from days where lim = {limit} and {rule}"
            for limit, grade, rule in CRITERIA[scheme, phase]
        )
        rows = connection.execute(
            f"select c.patient, coalesce(max(m.grade), 0) from course as c left join ({met}) as m on c.patient = m.patient group by all"
        ).fetchall()
    return dict(rows)
