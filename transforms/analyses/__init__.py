"""What a protocol asks for, computed from the endpoint tables: one module per section of a report.

The estimators are in transforms.statistics; here it is only said who is counted, and what the rows are called.
"""

from transforms.analyses.compute import Results, compute_results
from transforms.analyses.study_data import StudyData

__all__ = ["Results", "StudyData", "compute_results"]
