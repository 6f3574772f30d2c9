"""Why a result moved between two states of a study: which records differ, and what each difference does to it.

The endpoint tables speak of one subject at a time, so a change of one subject's data is replayed by exchanging that
subject's rows. What reads or keeps tables is in the warehouse; which two states are compared is for the flows to say.
"""

from transforms.attribution.changes import Change, find_changes
from transforms.attribution.effects import Cause, Part, attribute
from transforms.attribution.exchange import exchange_subjects, subjects_that_differ
from transforms.attribution.moved import KEY, ResultKey, find_moved, find_moved_curves, same_value, values_of
from transforms.attribution.variants import VARIANT, name_variants

__all__ = [
    "KEY",
    "VARIANT",
    "Cause",
    "Change",
    "Part",
    "ResultKey",
    "attribute",
    "exchange_subjects",
    "find_changes",
    "find_moved",
    "find_moved_curves",
    "name_variants",
    "same_value",
    "subjects_that_differ",
    "values_of",
]
