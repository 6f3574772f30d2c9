"""What can be put on the time axis of a subject, and what a contact of long-term follow-up is: codes of adam.adtime and adam.adcal."""

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

OVERDUE: Final = "overdue"
# Of a contact: held; owed and in no export, with a later one and without; its days have begun; they have not; never owed; nothing to tell by.
CONTACT_STATES: Final = ("done", "missed", OVERDUE, "due", "later", "not owed", "not known")
