"""How results are printed and told: intervals, tests, rounding, and how far a headline moves before it is news."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.yaml_file import Part

IntervalMethod = Literal["clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student"]
ProportionTest = Literal["pearson", "n-1", "yates", "fisher", "mid-p"]
CurveInterval = Literal["plain", "log", "log-log", "logit", "arcsine"]


class Intervals(Part):
    """Which interval each kind of estimate is printed with."""

    proportion: IntervalMethod = Field(default="clopper-pearson", description="Interval of a share")
    survival: CurveInterval = Field(
        default="log-log", description="Interval of a Kaplan-Meier curve: scale on which it is symmetric"
    )
    cumulative_incidence: CurveInterval = Field(
        default="log-log", description="Interval of a cumulative incidence: scale on which it is symmetric"
    )


class Printing(Part):
    """How percentages and months are rounded in sentences, and from how many subjects or events on a figure is shown."""

    fewest_events: Annotated[int, Field(ge=0)] = Field(
        default=0, description="A ratio that rests on fewer events is not given"
    )
    fewest_at_risk: Annotated[int, Field(ge=1)] = Field(
        default=5, description="Where fewer are at risk, a curve is drawn pale"
    )

    digits: Annotated[int, Field(ge=0, le=6)] = Field(
        default=1, description="Digits behind the point of percentages and months"
    )
    rounding: Literal["half-up", "half-even", "truncate"] = Field(
        default="half-up", description="Rounding of a half: away from zero, to the even digit; or digits cut off"
    )


class Watch(Part):
    """How far a headline has to move between two nights to be told, and whether a person decides before it is published."""

    points: Annotated[float, Field(gt=0)] = Field(default=1.0, description="Rates, in percentage points")
    months: Annotated[float, Field(gt=0)] = Field(default=1.0, description="Medians, in months")
    hold: bool = Field(
        default=False,
        description="A headline that moves so far, or can no longer be estimated, keeps the study as published until a person decides",
    )
    answer_hours: Annotated[float, Field(gt=0, le=8760)] = Field(
        default=72,
        description="Hours that the form of a held publication waits for an answer; after that the published tables stay",
    )
