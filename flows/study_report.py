"""The report of a study, from its tables."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.study_folder import Study


def render_study(study: Study, tables: Mapping[str, pl.DataFrame], build_key: str) -> str:
    """The report as one HTML page."""
    return f"<html>{study.study_id}</html>"
