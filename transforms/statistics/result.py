"""What every estimator hands back: an estimate with its interval, a test, or the reason why there is neither.

Belongs here: the frozen result types shared by all estimators. Does not belong here: how any number is computed.

A result never holds NaN or infinity. A bound that does not exist (a median whose upper limit is not reached) is None, and a
quantity that the data cannot give (no events, an empty group) is a `NotEstimable` with one sentence a report can print.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# What a test statistic is: standard normal, Student's, chi-square with its degrees of freedom, a correlation, Wilcoxon's pairs, Wilcoxon's ranks.
StatisticName = Literal["z", "t", "chi-square", "r", "W", "V"]


@dataclass(frozen=True)
class NotEstimable:
    """A quantity that these data cannot give, and why.

    `reason` reads as one sentence; of estimators that a protocol can ask for it is a schemas.reasons.Reason, which knows its code. `low` is a lower confidence bound
    that exists although the value does not, as of a median that is not reached; None otherwise.
    """

    reason: str
    low: float | None = None


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity with its confidence interval.

    Attributes
    ----------
    value: the point estimate, in the unit of the quantity (a fraction 0..1, a time in the input's unit, a ratio).
    low, high: interval bounds in the same unit; None where the bound does not exist.
    confidence: two-sided confidence level, such as 0.95.
    method: code of the estimator and its interval, of schemas.methods, such as "kaplan-meier/log-log".
    n: subjects that entered the estimate. events: events among them, where the notion applies.
    at_risk: subjects at risk at the time the estimate belongs to (T >= t), where the notion applies.
    standard_error: on the scale of `value` (of the log ratio for ratios); None where undefined.
    note: what to print beside the number, or None.
    """

    value: float
    low: float | None
    high: float | None
    confidence: float
    method: str
    n: int
    events: int | None = None
    at_risk: int | None = None
    standard_error: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class TestResult:
    """One hypothesis test: two-sided p value, with the statistic where the test has one, and what that statistic is."""

    __test__ = False  # pytest would otherwise collect this class by its name

    method: str
    p_value: float
    statistic: float | None = None
    degrees_of_freedom: int | None = None
    n: int | None = None
    note: str | None = None
    statistic_name: StatisticName | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a statistic of which nobody could say what it is, and a name of none."""
        if (self.statistic is None) != (self.statistic_name is None):
            raise TypeError(f"{self.method}: a statistic and its name belong together")
