"""Text timelines as records, and the outcomes of the endpoint tables beside those expected.

Belongs here: records of a timeline, outcomes read from the endpoint tables, what differs. Not here: the language
(schemas.protocol.timelines), and the SQL that derives the tables (transforms.endpoints, run by the warehouse).
"""

from transforms.timelines.outcomes import OUTCOME_TABLES, Broken, broken_lines
from transforms.timelines.records import TimelineRecords, records_of

__all__ = ["OUTCOME_TABLES", "Broken", "TimelineRecords", "broken_lines", "records_of"]
