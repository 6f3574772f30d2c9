"""The pages of a study, from its tables and its folder."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.code_version import code_hash, code_version, library_versions
from flows.study.product import AS_OF, Printing, crosscheck_rules
from flows.study.words import words_of
from flows.study_folder import Study
from schemas.language import Language
from transforms.printed.sentences import sentences_of
from transforms.reports.disclosure import protect
from transforms.reports.study_page import StudyPages, StudyReport, render_study_pages
from transforms.words import Names, Words
from warehouse.dictionary import list_rules

AS_BY_DEFAULT = Printing()
# The libraries estimates come from.
STATISTICS = ("lifelines", "firthmodels", "statsmodels", "scipy")


def render_study(
    study: Study,
    tables: Mapping[str, pl.DataFrame],
    build_key: str,
    printing: Printing = AS_BY_DEFAULT,
) -> str:
    """The report as one HTML page."""
    return render_pages(study, tables, build_key, printing, subjects=False).report


def render_pages(
    study: Study,
    tables: Mapping[str, pl.DataFrame],
    build_key: str,
    printing: Printing = AS_BY_DEFAULT,
    *,
    subjects: bool = True,
) -> StudyPages:
    """The report, the interactive page and those of subjects; they name all they follow from, and no moment, so that equal inputs give equal pages.

    subjects: whether pages of single subjects are made as well, where the protocol asks for them.
    """
    return render_study_pages(study_report(study, tables, build_key, printing), subjects=subjects)


def study_report(
    study: Study, tables: Mapping[str, pl.DataFrame], build_key: str, printing: Printing = AS_BY_DEFAULT
) -> StudyReport:
    """What the pages of a study are made from."""
    row = tables["meta.study"].row(0, named=True)
    words, protocol = words_of(study, printing.language), study.protocol
    names = Names.of(protocol, study.others)
    return StudyReport(
        study={
            **protocol.model_dump(include={"study_id", "title", "registry_id", "design", "citation", "doi", "notice"}),
            "data_cut": row["data_cut"],
            "latest_extract": row["latest_extract"],
            "sites": [(site_id, site.name) for site_id, site in study.sites.items()],
        },
        tables=tables,
        limits={str(quantity): limit for quantity, limit in protocol.kinetics.limits.items()},
        model_endpoints={name: model.endpoint for name, model in protocol.models.items()},
        names=names,
        contracts=protocol.timelines,
        shown_at={name: protocol.shown_at(name) for name in protocol.endpoints},
        remedies=_remedies(printing.language),
        smallest_count=printing.smallest_count,
        fewest_at_risk=protocol.printing.fewest_at_risk,
        figures=protocol.figures,
        courses=protocol.courses,
        intervals=protocol.intervals,
        sentences=sentences_of(
            *_shown(tables, printing.smallest_count),
            protocol.printing,
            names,
            words,
        ),
        provenance=_provenance(tables, build_key, words),
        words=words,
    )


def _provenance(tables: Mapping[str, pl.DataFrame], build_key: str, words: Words) -> dict[str, str]:
    """What the numbers follow from, by the key of its label."""
    row = tables["meta.study"].row(0, named=True)
    sources = tables["meta.source_file"].sort("source_file")["source_file", "sha256"]
    libraries = [named for named in library_versions().split() if named.partition("==")[0] in STATISTICS]
    return {
        "data_cut": str(row["data_cut"] or words("none")),
        "as_of": AS_OF,
        "extract": str(row["latest_extract"] or words("none")),
        "code": f"Cartrove {code_version()}, {code_hash()[:12]}",
        "libraries": " ".join(libraries),
        "build": build_key[:16],
        "inputs": "; ".join(f"{path} {sha256[:12]}" for path, sha256 in sources.iter_rows()),
    }


def _remedies(language: Language) -> dict[str, str]:
    """What each rule asks for, in a language other than that of the tables."""
    if language == "en":
        return {}
    rules = list_rules(crosscheck_rules())
    return dict(rules.select("rule_id", f"remedy_{language}").iter_rows())


def _shown(tables: Mapping[str, pl.DataFrame], smallest_count: int | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Results and their reasons, as they may be told."""
    analysis, reasons, curve = (tables[f"results.{name}"] for name in ("analysis", "reason", "curve"))
    if not smallest_count:
        return analysis, reasons
    shown = protect(analysis, reasons, curve, smallest_count)
    return shown.analysis, shown.reasons
