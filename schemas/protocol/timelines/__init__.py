"""Text timelines: a subject's course on one line, and what the authors of a protocol mean each endpoint to be for it.

    # Death after relapse is no competing event.
    d0 CD19 infusion | d28 CR MRD- | d95 transplant | d210 relapse | d260 death => os: death 260; cir: relapse 210

Belongs here: what such a line may say, its parser and what it means. Not here: records and outcomes (transforms.timelines).
"""

from schemas.protocol.timelines.model import (
    DAY_0,
    Day,
    Expected,
    Happening,
    Outcome,
    Place,
    Timeline,
    TimelineError,
)
from schemas.protocol.timelines.parse import parse_timelines
from schemas.protocol.timelines.printed import outcome_text

__all__ = [
    "DAY_0",
    "Day",
    "Expected",
    "Happening",
    "Outcome",
    "Place",
    "Timeline",
    "TimelineError",
    "outcome_text",
    "parse_timelines",
]
