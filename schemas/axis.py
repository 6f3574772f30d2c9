"""What can be put on the time axis of a subject: the kinds of happening of adam.adtime."""

from __future__ import annotations

from typing import Final

TREATMENT: Final = "treatment"
# In reading order.
AXIS_KINDS: Final = (
    "lymphodepletion",
    "infusion",
    "adverse_event",
    TREATMENT,
    "response",
    "consolidation",
    "transplant",
    "relapse",
    "death",
)
