"""What a figure has to say of what is not known: days, and which rule of the protocol is missing; events; records of nobody."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from schemas.protocol import Endpoint
from schemas.protocol.endpoints import TOLD_IN
from transforms.analyses.basis import rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData

# What the records of a domain are called.
RECORDS = {
    "subject": "subjects' own records",
    "infusion": "infusions",
    "follow_up": "contacts",
    "response": "responses",
    "relapse": "relapses",
    "transplant": "transplants",
    "consolidation": "courses of consolidation",
    "milestone": "recoveries",
    "death": "deaths",
    "adverse_event": "adverse events",
}
# These move the denominator of whatever is counted, whosever they are.
OF_ANY_FIGURE = ("subject", "infusion")


def days_caution(subjects: pl.DataFrame) -> str:
    """Of rows of adtte: event dates and days 0 that stand within bounds only; empty where all are known or imputed by rule."""
    events = subjects.filter(pl.col("event") != 0)
    bounded = events.filter(pl.col("adtlo").is_not_null())
    started = subjects.filter(pl.col("startlo").is_not_null())
    parts = []
    if bounded.height:
        parts.append(
            f"{bounded.height} of {events.height} event dates are known within bounds only, as the protocol has no "
            f"imputation rule for {_columns(bounded)}"
        )
    if started.height:
        parts.append(f"day 0 of {started.height} of {subjects.height} subjects is known within bounds only")
    return "; ".join(parts)


def unseen_caution(subjects: pl.DataFrame) -> str:
    """Of rows of adtte: subjects of whom no record shows for certain whether the event happened."""
    unseen = subjects.filter(unkfl="Y").height
    if not unseen:
        return ""
    return f"in {unseen} of {subjects.height} subjects it is unknown whether the event happened"


def population_caution(data: StudyData, infusion: int | None) -> str:
    """Of a population of those who responded to an infusion: those who may have done so."""
    if infusion is None:
        return ""
    assessed = data.adrs.filter(infusion_number=infusion)
    unknown = assessed.filter(respfl="U").height
    return (
        f"the response of {unknown} of {assessed.height} subjects is unknown, so they are left out" if unknown else ""
    )


def orphans_caution(
    data: StudyData, domains: Collection[str], *, infusion: int | None = None, term: str | None = None
) -> str:
    """Records under an id of no known subject, which no figure counts: by kind, how many of those that may concern a figure.

    infusion, term: those that name another infusion or adverse event don't. Where the id is like that of a known subject, the
    figure counts that subject as unknown.
    """
    # An adverse event that may be of several subjects leaves it unknown in none of them, and a contact in nobody.
    told = (pl.col("aliken") == 1) | ((pl.col("aliken") > 1) & (pl.col("srcdom") != "adverse_event"))
    told &= ~pl.col("srcdom").is_in([*OF_ANY_FIGURE, "follow_up"])
    found = data.adorphan.filter(
        pl.col("srcdom").is_in([*OF_ANY_FIGURE, *domains])
        & ~told
        & (pl.col("infusion_number") == (infusion or pl.col("infusion_number"))).fill_null(value=True)
        & (pl.col("aeterm") == (term or pl.col("aeterm"))).fill_null(value=True)
    )
    rows = dict(found.group_by("srcdom").agg(pl.col("rown").sum()).iter_rows())
    return "; ".join(
        f"{what} of no known subject, not counted: {rows[name]}" for name, what in RECORDS.items() if name in rows
    )


def cautions(data: StudyData, subjects: pl.DataFrame, endpoint: Endpoint | None = None) -> str:
    """All that a figure over the times of an endpoint has to say, as one note; without one, what its subjects leave unknown."""
    said = [days_caution(subjects), unseen_caution(subjects)]
    if endpoint is not None:
        population, origin = data.protocol.populations[endpoint.population], data.protocol.origins[endpoint.origin]
        told_in = {TOLD_IN[happening] for happening in endpoint.roles()} | {"follow_up"}
        if population.responded_after or population.evaluable_after or origin.kind == "remission":
            told_in.add("response")
        if population.transplanted is not None or population.has_transplant is not None or origin.kind == "transplant":
            told_in.add("transplant")
        said += [population_caution(data, population.responded_after), orphans_caution(data, told_in)]
    return "; ".join(part for part in said if part)


def unseen_rows(base: ResultRow, subjects: pl.DataFrame) -> list[ResultRow]:
    """The count of subjects of whom it is unknown whether the event happened; nothing where it is known of all."""
    unseen = subjects.filter(unkfl="Y")
    if unseen.is_empty():
        return []
    row = base.resting_on(base.basis + rests_on("event", "adam.adtte", unseen, "unkfl"))
    return [row.counting("unknown", unseen.height, subjects.height)]


def _columns(bounded: pl.DataFrame) -> str:
    named = bounded.select(pl.concat_str("srcdom", "srcvar", separator=".")).to_series()
    return " and ".join(named.unique().sort())
