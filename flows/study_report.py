"""The report of a study, from its tables and its folder."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.code_version import code_hash, code_version
from flows.study_folder import Study
from transforms.printed.sentences import sentences_of
from transforms.reports import StudyReport, render_study_report
from transforms.reports.suppression import suppress_small_counts


def render_study(
    study: Study, tables: Mapping[str, pl.DataFrame], build_key: str, smallest_count: int | None = None
) -> str:
    """The report as one HTML page; it names all it follows from, and no moment, so that equal inputs give equal pages."""
    row = tables["meta.study"].row(0, named=True)
    sources = tables["meta.source_file"].sort("source_file")
    return render_study_report(
        StudyReport(
            study={
                "title": study.protocol.title,
                "registry_id": study.protocol.registry_id,
                "design": study.protocol.design,
                "citation": study.protocol.citation,
                "doi": study.protocol.doi,
                "notice": study.protocol.notice,
                "data_cut": row["data_cut"],
                "latest_extract": row["latest_extract"],
                "sites": [(site_id, site.name) for site_id, site in study.sites.items()],
            },
            tables=tables,
            limits={str(quantity): limit for quantity, limit in study.protocol.kinetics.limits.items()},
            smallest_count=smallest_count,
            sentences=sentences_of(_shown(tables["results.analysis"], smallest_count), study.protocol.printing),
            provenance={
                "Cartrove": f"{code_version()}, code {code_hash()[:12]}",
                "Build": build_key[:16],
                "Inputs": "; ".join(
                    f"{path} {sha256[:12]}" for path, sha256 in sources["source_file", "sha256"].iter_rows()
                ),
            },
        )
    )


def _shown(analysis: pl.DataFrame, smallest_count: int | None) -> pl.DataFrame:
    return suppress_small_counts(analysis, smallest_count) if smallest_count else analysis
