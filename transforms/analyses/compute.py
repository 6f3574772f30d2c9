"""All results of a study: every section, in the order a report prints them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.paper import Paper
from schemas.protocol import Protocol
from transforms.analyses.adjusted import adjusted_rows
from transforms.analyses.adverse_events import adverse_event_rows
from transforms.analyses.baseline import baseline_rows
from transforms.analyses.basis import among_frame, condition_frame, listed_frame, selection_frame
from transforms.analyses.benchmark import benchmark_rows
from transforms.analyses.beside import beside_rows
from transforms.analyses.care import care_rows
from transforms.analyses.cell_kinetics import derive_adck
from transforms.analyses.censoring import censoring_rows
from transforms.analyses.curves_beside import curves_beside
from transforms.analyses.cytopenia import cytopenia_rows
from transforms.analyses.data_cuts import cut_curves, cut_rows
from transforms.analyses.deaths import death_rows
from transforms.analyses.disposition import disposition_rows
from transforms.analyses.dose_finding import dose_finding_rows
from transforms.analyses.fitted import fitted_rows, predicted_curves
from transforms.analyses.follow_up import follow_up_rows
from transforms.analyses.fragility import fragility_rows
from transforms.analyses.further_curves import further_curve_rows
from transforms.analyses.further_shares import further_share_rows
from transforms.analyses.headlines import with_headlines
from transforms.analyses.hematotoxicity import hematotoxicity_rows
from transforms.analyses.interim import interim_rows
from transforms.analyses.kinetics import kinetics_rows
from transforms.analyses.lateness import lateness_rows
from transforms.analyses.later_groups import later_group_curves, later_group_rows
from transforms.analyses.losses import loss_rows
from transforms.analyses.measured import measured_rows
from transforms.analyses.models import model_rows
from transforms.analyses.multi_state import multi_state_rows, state_curves
from transforms.analyses.paired import paired_rows
from transforms.analyses.recurrent import recurrent_rows
from transforms.analyses.response import response_rows
from transforms.analyses.response_design import response_design_rows
from transforms.analyses.rows import ResultRow, analysis_frame, curve_frame, reason_frame
from transforms.analyses.scores import score_rows
from transforms.analyses.selection import selection_rows
from transforms.analyses.several import several_rows
from transforms.analyses.stopping import stopping_rows
from transforms.analyses.stratified import stratified_rows
from transforms.analyses.study_data import StudyData
from transforms.analyses.subgroups import subgroup_rows
from transforms.analyses.time_to_event import Outcome, time_to_event
from transforms.analyses.toxicity import toxicity_rows
from transforms.analyses.transplant import transplant_rows
from transforms.analyses.vein_to_vein import vein_to_vein_rows
from transforms.analyses.win_ratio import pair_frame, win_ratio_rows
from transforms.definitions_beside import Definition

SectionRows = Callable[[StudyData], Iterable[ResultRow]]


@dataclass(frozen=True)
class Results:
    """Rows of adam.adck, results.analysis, results.reason, what they rest on, results.curve, results.curve_beside and results.pair of one study."""

    adck: pl.DataFrame
    analysis: pl.DataFrame
    reason: pl.DataFrame
    selection: pl.DataFrame
    among: pl.DataFrame
    condition: pl.DataFrame
    listed_row: pl.DataFrame
    curve: pl.DataFrame
    curve_beside: pl.DataFrame
    pair: pl.DataFrame


def compute_results(
    data: StudyData,
    beside: Sequence[tuple[Definition, Outcome]] = (),
    others: Mapping[str, tuple[Protocol, Paper]] | None = None,
    fragility: Sequence[ResultRow] | None = None,
) -> Results:
    """Compute everything the protocol asks for.

    beside: its endpoints under every admissible definition. others: what other studies published, by study.
    fragility: those rows where they were computed apart, part by part.

    Source: the methods are named row by row in `method`; their sources stand in transforms.statistics.
    """
    adck = derive_adck(data.adcks, data.protocol.kinetics)
    outcomes = [time_to_event(data, name) for name in data.protocol.endpoints]
    known: dict[SectionRows, Iterable[ResultRow]] = {
        _outcome_rows: [row for outcome in outcomes for row in outcome.rows],
        _kinetics: kinetics_rows(data, adck),
    }
    if fragility is not None:
        known[fragility_rows] = fragility
    rows = [
        *(
            row
            for section in dict.fromkeys(SECTIONS.values())
            if section is not _several_tests
            for row in (known[section] if section in known else section(data))
        ),
        *beside_rows(beside),
        *benchmark_rows(data, others or {}),
        # Of exports and not of endpoint tables alone, so that no past state can compute them anew.
        *lateness_rows(data),
    ]
    rows += several_rows(data.protocol, rows)
    study_id, bases = data.protocol.study_id, list({row.basis.basis_id: row.basis for row in rows}.values())
    return Results(
        adck=adck,
        analysis=with_headlines(analysis_frame(study_id, rows), data.protocol),
        reason=reason_frame(study_id, rows),
        selection=selection_frame(study_id, bases),
        among=among_frame(study_id, bases),
        condition=condition_frame(study_id, bases),
        listed_row=listed_frame(study_id, bases),
        pair=pair_frame(data),
        curve=curve_frame(study_id, [*(one for outcome in outcomes for one in outcome.curves), *_further_curves(data)]),
        curve_beside=curves_beside(study_id, outcomes, beside),
    )


def compute_sections(data: StudyData, sections: Collection[str]) -> pl.DataFrame:
    """Rows of results.analysis of some sections alone, as compute_results gives them but for their order."""
    chosen = dict.fromkeys(SECTIONS[section] for section in sections)
    rows = [row for section in chosen for row in section(data)]
    return with_headlines(analysis_frame(data.protocol.study_id, rows), data.protocol)


def compute_curves(data: StudyData) -> pl.DataFrame:
    """Rows of results.curve alone."""
    curves = (curve for name in data.protocol.endpoints for curve in time_to_event(data, name).curves)
    return curve_frame(data.protocol.study_id, [*curves, *_further_curves(data)])


def _further_curves(data: StudyData) -> Iterator[pl.DataFrame]:
    """Curves of what a protocol asks beyond its endpoints."""
    yield from later_group_curves(data)
    yield from cut_curves(data)
    yield from predicted_curves(data)
    yield from state_curves(data)


def _curve_questions(data: StudyData) -> Iterator[ResultRow]:
    yield from further_curve_rows(data)
    yield from stratified_rows(data)
    yield from adjusted_rows(data)
    yield from later_group_rows(data)


def _outcome_rows(data: StudyData) -> Iterator[ResultRow]:
    for name in data.protocol.endpoints:
        yield from time_to_event(data, name).rows


def _kinetics(data: StudyData) -> Iterator[ResultRow]:
    yield from kinetics_rows(data, derive_adck(data.adcks, data.protocol.kinetics))


def _models(data: StudyData) -> Iterator[ResultRow]:
    """Models of stated covariates, then those whose covariates are selected."""
    yield from model_rows(data)
    yield from selection_rows(data)


def _several_tests(data: StudyData) -> Iterator[ResultRow]:
    """The families by themselves: their members are computed anew."""
    if data.protocol.several_tests:
        members = [
            section for section in dict.fromkeys(SECTIONS.values()) if section not in (_several_tests, fragility_rows)
        ]
        yield from several_rows(data.protocol, [row for section in members for row in section(data)])


# What a study's own endpoint tables decide, in print order; the other sections hold them against other definitions and
# other studies.
SECTIONS: dict[str, SectionRows] = {
    "disposition": disposition_rows,
    "baseline": baseline_rows,
    "response": response_rows,
    "toxicity": toxicity_rows,
    "adverse_events": adverse_event_rows,
    "hematotoxicity": hematotoxicity_rows,
    "prolonged_cytopenia": cytopenia_rows,
    "supportive_care": care_rows,
    "scores": score_rows,
    "vein_to_vein": vein_to_vein_rows,
    "stopping": stopping_rows,
    "deaths": death_rows,
    "interim": interim_rows,
    "paired": paired_rows,
    "followup": follow_up_rows,
    "survival": _outcome_rows,
    "competing": _outcome_rows,
    "curves": _curve_questions,
    "shares": further_share_rows,
    "response_design": response_design_rows,
    "subgroup": subgroup_rows,
    "censoring": censoring_rows,
    "transplant": transplant_rows,
    "multi_state": multi_state_rows,
    "dose_finding": dose_finding_rows,
    "recurrent": recurrent_rows,
    "win_ratio": win_ratio_rows,
    "relapse": loss_rows,
    "death": loss_rows,
    "model": _models,
    "selection": _models,
    "fitted": fitted_rows,
    "cut_point": cut_rows,
    "kinetics": _kinetics,
    "measured": measured_rows,
    "fragility": fragility_rows,
    "several_tests": _several_tests,
}
