"""What open questions could change: every admissible answer is tried, and each headline is recomputed with it.

An answer edits records of one subject. The endpoint tables of all edited subjects are derived in one go, by the SQL of the night, and a
headline follows from the published rows of all subjects with one of them, or several, in their place.
"""

from transforms.reach.admissible import Admissible, OpenQuestion, Unlisted, open_questions
from transforms.reach.edits import Answer
from transforms.reach.figures import Headline, headlines_of_study
from transforms.reach.records import StudyRecords
from transforms.reach.tables import no_reach, reach_tables
from transforms.reach.variants import Variant, variants_of, virtual_tables

__all__ = [
    "Admissible",
    "Answer",
    "Headline",
    "OpenQuestion",
    "StudyRecords",
    "Unlisted",
    "Variant",
    "headlines_of_study",
    "no_reach",
    "open_questions",
    "reach_tables",
    "variants_of",
    "virtual_tables",
]
