"""The gate before publication: Great Expectations on the built file.

What is expected follows from the descriptions of the tables and from SQL files that select what must not be there.
"""

from warehouse.quality.outcome import CheckOutcome
from warehouse.quality.process import CheckProcess

__all__ = ["CheckOutcome", "CheckProcess"]
