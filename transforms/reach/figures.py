"""What each subject contributes to a headline: days and event, or whether counted and among those with the outcome.

A contribution is a pair of whole numbers: (days, event) of a time to event, (1, outcome) of a share. Who is not counted has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import polars as pl

from schemas.units import DAYS_PER_MONTH
from transforms.analyses import StudyData
from transforms.analyses.response import MRD_NEGATIVE
from transforms.analyses.toxicity import events_in_window, worst_grades

Kind = Literal["survival", "incidence", "median", "share"]
Contribution: TypeAlias = tuple[int, int]
OF_STATISTIC: dict[str, Kind] = {
    "survival": "survival",
    "cumulative_incidence": "incidence",
    "median_time": "median",
    "proportion": "share",
}


@dataclass(frozen=True)
class Headline:
    """A headline of results.analysis. at: days after day 0 of a rate; per_unit: days of one unit of a time."""

    result_id: str
    kind: Kind
    row: Mapping[str, Any]

    @property
    def estimate(self) -> float | None:
        """As published."""
        value: float | None = self.row["estimate"]
        return value

    @property
    def unit(self) -> str:
        """Unit of the estimate."""
        return str(self.row["unit"])

    @property
    def at(self) -> float:
        """The day of a rate."""
        return float(self.row["time_months"] or 0.0) * DAYS_PER_MONTH

    def contributions(self, data: StudyData) -> pl.DataFrame:
        """subject_id, first, second: the contribution of each subject that counts."""
        match self.row["section"]:
            case "response":
                return _responses(data, self.row)
            case "toxicity":
                return _severe(data, self.row)
        subjects = data.subjects_of(self.row["endpoint"])
        return subjects.select("subject_id", first="aval", second=pl.col("event").cast(pl.Int64))


def headlines_of_study(analysis: pl.DataFrame) -> list[Headline]:
    """The headlines among rows of results.analysis, in the protocol's order."""
    chosen = analysis.filter(pl.col("headline").is_not_null()).sort("headline")
    return [Headline(row["result_id"], OF_STATISTIC[row["statistic"]], row) for row in chosen.iter_rows(named=True)]


def _responses(data: StudyData, row: Mapping[str, Any]) -> pl.DataFrame:
    assessed = data.adrs.filter(infusion_number=row["infusion"])
    evaluable = assessed.filter(evalfl="Y")
    counted = {"evaluable": evaluable, "received": data.received(row["infusion"]), "enrolled": data.adsl}
    flag = "mrdnegfl" if row["measure"] == MRD_NEGATIVE else "respfl"
    return _shares(counted[row["analysis_set"]], evaluable.filter(pl.col(flag) == "Y"))


def _severe(data: StudyData, row: Mapping[str, Any]) -> pl.DataFrame:
    toxicity = next(one for one in data.protocol.toxicity if one.term == row["term"])
    events = events_in_window(data, toxicity).filter(infusion_number=row["infusion"])
    severe = worst_grades(toxicity, events).filter(pl.col("atoxgr") >= row["grade"])
    return _shares(data.received(row["infusion"]), severe)


def _shares(counted: pl.DataFrame, having: pl.DataFrame) -> pl.DataFrame:
    has = having.select("subject_id", second=pl.lit(1, pl.Int64)).unique()
    everybody = counted.select("subject_id", first=pl.lit(1, pl.Int64)).unique()
    return everybody.join(has, on="subject_id", how="left").with_columns(pl.col("second").fill_null(0))
