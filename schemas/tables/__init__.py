"""Every table of the warehouse: its grain and its columns, described once.

DDL, COMMENTs, the data dictionary and the checks follow from these descriptions. Tables of schema core follow from
the domain models; the others are declared in adam.py, results.py and meta/.
"""

from schemas.tables.adam import ADAM, ADAM_COMPUTED
from schemas.tables.core import CORE
from schemas.tables.meta import META
from schemas.tables.results import RESULTS
from schemas.tables.table import ColumnDescription, Table
from schemas.tables.views import VIEWS

TABLES: dict[str, Table] = {table.full_name: table for table in (*CORE, *ADAM, *ADAM_COMPUTED, *RESULTS, *META)}

__all__ = ["ADAM", "ADAM_COMPUTED", "CORE", "META", "RESULTS", "TABLES", "VIEWS", "ColumnDescription", "Table"]
