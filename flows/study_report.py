"""The report of a study, from its tables and its folder."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.code_version import code_hash, code_version
from flows.study_folder import Study
from transforms.printed.sentences import sentences_of
from transforms.reports import StudyReport, render_study_report


def render_study(study: Study, tables: Mapping[str, pl.DataFrame], build_key: str) -> str:
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
            sentences=sentences_of(tables["results.analysis"], study.protocol.printing),
            provenance={
                "Cartrove": f"{code_version()}, code {code_hash()[:12]}",
                "Build": build_key[:16],
                "Inputs": "; ".join(
                    f"{path} {sha256[:12]}" for path, sha256 in sources["source_file", "sha256"].iter_rows()
                ),
            },
        )
    )
