"""Where a survival curve, or a bound of it, crosses a level.

Belongs here: the crossing rule alone, in R's convention, shared by medians and their bounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transforms.statistics.arrays import TIE_TOLERANCE, Floats


def find_crossing(time: Floats, survival: Sequence[float | None] | Floats, p: float) -> float | None:
    """First time at which 1 - `survival` reaches `p`, or None where it never does.

    `time` and `survival` have the shape of a curve's rows, time 0 first; None or NaN marks an undefined bound. Where the curve
    lies at 1 - p exactly (within 1.5e-8), the midpoint between that time and the next drop, or the last time where it does not
    drop again, is returned. Source: R's quantile.survfit (survival 3.5), whose rule is followed step by step.
    """
    x = np.concatenate([[0.0], time])
    y = np.concatenate([[0.0], 1.0 - np.array([np.nan if s is None else s for s in survival], dtype=np.float64)])
    ends_defined, last_time, last_y = not np.isnan(y[-1]), float(x[-1]), float(y[-1])
    known = ~np.isnan(y)
    # A bound may turn back late in follow-up: sorted by value, each value at the first time it is taken.
    values, first = np.unique(y[known], return_index=True)
    times = x[known][first]
    reached = int(np.searchsorted(values + TIE_TOLERANCE, p, side="left"))
    passed = int(np.searchsorted(values - TIE_TOLERANCE, p, side="left"))
    if reached >= values.size:
        return None
    if ends_defined and abs(p - last_y) < TIE_TOLERANCE:
        return (float(times[reached]) + last_time) / 2
    if passed >= values.size:
        return None
    return (float(times[reached]) + float(times[passed])) / 2
