"""Reports: one self-contained HTML page per study, and the page over all of them. They print; they compute nothing."""

from transforms.reports.index_page import render_index
from transforms.reports.study_page import StudyReport, render_study_report

__all__ = ["StudyReport", "render_index", "render_study_report"]
