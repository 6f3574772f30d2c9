"""What a study's flow does, without Prefect: name its inputs, build, compute, render, keep.

The functions only put the parts together: rules are in schemas, work in transforms, tables in warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from flows.code_version import code_hash
from flows.settings import Settings
from flows.study.inputs import study_inputs
from flows.study_folder import Study
from schemas.errors import UsageError
from schemas.language import Language
from schemas.paper import Paper
from schemas.protocol import Protocol
from schemas.rules import Rule
from transforms.crosschecks import crosschecks
from transforms.definitions import derive_definitions
from transforms.definitions_beside import Definition, definitions_beside, is_assessed_later, with_definitions
from transforms.endpoints import endpoint_queries
from transforms.risk_levels import refuse_unfit_levels
from warehouse.endpoint_again import derive_again
from warehouse.frame_store import FrameStore, content_key
from warehouse.paper_queries import answer_queries
from warehouse.staged_exports import StagedFile
from warehouse.study_build import build_study, derive_risks
from warehouse.study_product import take_study_tables
from warehouse.table_hash import DIGESTS, digests_of

REPORT = "report.html"
EXPLORE = "explore.html"
# How the file of a subject's page begins in a product, and the folder where it is published.
PROFILE, PROFILES = "profile.", "profiles"
# Stands in a page for the day of knowledge of the night that publishes it: a page that is used again is published for another day.
AS_OF = "{{as_of}}"

if TYPE_CHECKING:
    from transforms.analyses.rows import ResultRow
    from transforms.analyses.time_to_event import Outcome
    from transforms.reports.study_page import StudyPages


@dataclass(frozen=True)
class Printing:
    """How a study's report is printed: all of the settings that it is made by."""

    smallest_count: int | None = None
    language: Language = "en"

    @classmethod
    def of(cls, study: Study, settings: Settings) -> Printing:
        """As the study's protocol says, else the installation's settings."""
        return cls(settings.smallest_count, study.protocol.language or settings.language)


def study_build_key(
    study: Study,
    staged: Sequence[StagedFile],
    data_cut: date | None,
    printing: Printing | None = None,
    questions: pl.DataFrame | None = None,
) -> str:
    """A hash of all that a study's tables and report follow from. questions: about whole exports, where there are any."""
    return content_key(
        study.text,
        str(data_cut or study.protocol.data_cut),
        repr(printing or Printing()),
        code_hash(),
        *sorted(f"{file.source_file} {file.staging_key}" for file in staged),
        *([questions.write_json()] if questions is not None and questions.height else []),
    )


def build_tables(
    study: Study,
    staged: Sequence[StagedFile],
    data_cut: date | None,
    build_key: str,
    settings: Settings,
    questions: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Core and endpoint tables of a study, by full table name.

    Raises
    ------
    UsageError: a level of a risk factor and the recorded values do not fit one another.
    """
    inputs = study_inputs(study, staged, data_cut, build_key, questions)
    with build_study(inputs, FrameStore(settings.staging)) as connection:
        tables = take_study_tables(connection)
    refuse_unfit_levels(study.protocol, study.sites.values(), tables)
    return tables


def check_levels(study: Study, staged: Sequence[StagedFile], settings: Settings) -> None:
    """Hold the levels of the protocol's risk factors against the records of the latest exports.

    Raises
    ------
    UsageError: they do not fit one another.
    """
    inputs = study_inputs(study, staged, None, "")
    refuse_unfit_levels(study.protocol, study.sites.values(), derive_risks(inputs, FrameStore(settings.staging)))


def resampled_parts(study: Study) -> list[str]:
    """What of the results is refitted over and over, in parts that know nothing of one another."""
    from transforms.analyses.fragility import fragility_parts

    return fragility_parts(study.protocol)


def resample_part(study: Study, tables: Mapping[str, pl.DataFrame], part: str) -> list[ResultRow]:
    """The rows of one part."""
    from transforms.analyses import StudyData
    from transforms.analyses.fragility import fragility_of

    return list(fragility_of(StudyData.of(study.protocol, tables), part))


def compute_tables(
    study: Study, tables: Mapping[str, pl.DataFrame], resampled: Sequence[ResultRow] | None = None
) -> dict[str, pl.DataFrame]:
    """The computed tables of a study, by full table name. resampled: rows of resample_part, where they were computed apart."""
    from flows.study.contracts import contract_findings
    from flows.study.reach import compute_reach
    from flows.study.words import finding_wording_of, wording_of
    from transforms.analyses import StudyData, compute_results
    from transforms.printed.lint_study import lint_study
    from transforms.site_indicators import compute_site_indicators

    alternative, beside = _definitions_beside(study.protocol, tables)
    results = compute_results(
        StudyData.of(study.protocol, tables), beside=beside, others=study.others, fragility=resampled
    )
    computed = {
        "adam.adck": results.adck,
        "adam.adttealt": alternative,
        "results.analysis": results.analysis,
        "results.reason": results.reason,
        "results.wording": wording_of(study, results.analysis, results.reason),
        "results.selection": results.selection,
        "results.among": results.among,
        "results.condition": results.condition,
        "results.listed_row": results.listed_row,
        "results.curve": results.curve,
        "results.curve_beside": results.curve_beside,
        "results.pair": results.pair,
        "results.site_indicator": compute_site_indicators(study.protocol.indicators, tables, study.study_id),
    }
    compared = compare_with_paper(study, {**tables, **computed})
    linted = lint_study(study.protocol, results.analysis, study.paper)
    found = pl.concat([linted, contract_findings(study.protocol, linted.height)])
    return {
        **computed,
        **compared,
        **compute_reach(study, tables, results.analysis),
        "results.finding": found,
        "results.finding_wording": finding_wording_of(study, found),
    }


def _definitions_beside(
    protocol: Protocol, tables: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[tuple[Definition, Outcome]]]:
    """The endpoints under every admissible definition, each derived by the SQL that derives the protocol's own, and what they give."""
    from transforms.analyses import StudyData
    from transforms.analyses.beside import outcomes_beside

    relapses = tables["core.relapse"].filter(pl.col("valid_to").is_null())
    residual = relapses.filter(detection="MRD")["record_id"]
    definitions = definitions_beside(
        protocol,
        residual_relapses=bool(residual.len()),
        assessed_later=is_assessed_later(tables),
    )
    if not definitions:
        return tables["adam.adtte"].clear(), []
    changed = with_definitions(protocol, definitions)
    alternative = _derive_definitions_beside(changed, definitions, tables, residual)
    data = StudyData.of(changed, {**tables, "adam.adtte": alternative})
    return alternative.select(tables["adam.adtte"].columns), outcomes_beside(data, definitions)


def _derive_definitions_beside(
    changed: Protocol, definitions: Sequence[Definition], tables: Mapping[str, pl.DataFrame], residual: pl.Series
) -> pl.DataFrame:
    """Rows of adam.adtte under other definitions. residual: ids of the relapses found by residual disease alone."""
    rows = derive_definitions(
        changed, data_cut=tables["meta.study"]["data_cut"].item(), latest_extract=None, build_key=""
    )
    is_residual = (pl.col("happening") == "relapse") & pl.col("srcseq").is_in(residual.implode())
    events = {"any": tables["adam.adevent"], "morphologic": tables["adam.adevent"].filter(~is_residual)}
    sql = endpoint_queries()["adam.adtte"]
    derived = []
    for relapse in dict.fromkeys(definition.relapse for definition in definitions):
        of_these = pl.col("paramcd").is_in([one.name for one in definitions if one.relapse == relapse])
        own = {name: rows[name].filter(of_these) for name in ("meta.endpoint", "meta.endpoint_role")}
        derived.append(derive_again(sql, tables, {**own, "adam.adevent": events[relapse]}))
    return pl.concat(derived)


def compare_with_paper(study: Study, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What the study's paper prints, and each figure beside the pipeline's own; empty where it has none."""
    from transforms.printed.comparison import compare_figures, paper_figures

    paper = study.paper or Paper(source="", figures=[])
    found = answer_queries(tables, study.paper_queries)
    try:
        compared = compare_figures(study.study_id, paper, tables["results.analysis"], found)
    except ValueError as error:
        raise UsageError(f"{study.study_id} published.yaml: {error}") from None
    return {
        "meta.paper_figure": paper_figures(study.study_id, paper),
        "results.paper_comparison": compared,
    }


def keep_product(settings: Settings, build_key: str, tables: Mapping[str, pl.DataFrame], pages: StudyPages) -> None:
    """Save a study's tables and pages under its build key."""
    profiles = {f"{PROFILE}{key}.html": page for key, page in pages.profiles.items()}
    texts = {REPORT: pages.report, EXPLORE: pages.explore, **profiles, DIGESTS: digests_of(tables)}
    FrameStore(settings.products).save(build_key, tables, texts)


def crosscheck_rules() -> list[Rule]:
    """The rules that span records, for the table of rules."""
    return [check.rule for check in crosschecks()]
