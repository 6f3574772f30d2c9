"""The share of subjects with a property, with the interval the protocol states, or the exact one where that says nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from schemas.protocol import Protocol
from schemas.reasons import reason
from transforms.statistics import Estimate, NotEstimable, proportion

# At 0 and at 100 % these have no width, as if nobody else could have had it.
WITHOUT_WIDTH = ("wald", "student")
EXACT: Final = "clopper-pearson"


def share_of(protocol: Protocol, count: int, total: int) -> Estimate | NotEstimable:
    """`count` of `total` subjects as a fraction with its interval; with a note where the exact one takes another's place."""
    stated = protocol.intervals.proportion
    if stated not in WITHOUT_WIDTH or not total or 0 < count < total:
        return proportion(count, total, method=stated)
    found = proportion(count, total, method=EXACT)
    if isinstance(found, NotEstimable):
        return found
    return replace(found, note=reason("exact_at_bound", share=count / total))
