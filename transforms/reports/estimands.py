"""Sections of a study's page that a protocol has to ask for, in the order of the page: each stands there only where it has results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from transforms.reports.adverse_events import adverse_event_parts
from transforms.reports.care import care_parts
from transforms.reports.cytopenia import cytopenia_parts
from transforms.reports.deaths import death_parts
from transforms.reports.dose_finding import dose_parts
from transforms.reports.interim import interim_parts
from transforms.reports.lateness import lateness_parts
from transforms.reports.multi_state import multi_state_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.reports.recurrent import recurrent_parts, win_ratio_parts
from transforms.reports.response_design import censoring_parts, design_parts, subgroup_parts
from transforms.reports.safety import hematotoxicity_parts, stopping_parts
from transforms.reports.scores import score_parts
from transforms.reports.transplant import transplant_parts
from transforms.reports.vein_to_vein import vein_to_vein_parts
from transforms.words import Names, Words


@dataclass(frozen=True)
class EstimandSection:
    """A section of the page. numbers: its tables hold numbers, not sentences."""

    anchor: str
    heading: str
    parts: Sequence[Part]
    numbers: bool = True


def estimand_sections(
    analysis: pl.DataFrame, curve: pl.DataFrame, days_0: Mapping[str, str], names: Names, queries: Queries, words: Words
) -> list[EstimandSection]:
    """Those with results. days_0: what the time of each multi-state model is counted from, in words, by analysis."""

    def sections() -> Iterator[EstimandSection]:
        events = adverse_event_parts(analysis, queries, words)
        yield EstimandSection("adverse_events", words("adverse_events.title"), events)
        counts = hematotoxicity_parts(analysis, queries, words)
        yield EstimandSection("hematotoxicity", words("hematotoxicity.title"), counts)
        recovering = cytopenia_parts(analysis, queries, words)
        yield EstimandSection("prolonged-cytopenia", words("prolonged_cytopenia.title"), recovering)
        support = care_parts(analysis, queries, words)
        yield EstimandSection("supportive-care", words("supportive_care.title"), support)
        yield EstimandSection("scores", words("scores.title"), score_parts(analysis, queries, words))
        products = vein_to_vein_parts(analysis, queries, words)
        yield EstimandSection("vein-to-vein", words("vein_to_vein.title"), products)
        yield EstimandSection("stopping", words("stopping.title"), stopping_parts(analysis, queries, words))
        yield EstimandSection("deaths", words("death_classes.title"), death_parts(analysis, queries, words))
        yield EstimandSection("interim", words("interim.title"), interim_parts(analysis, queries, words))
        yield EstimandSection("design", words("response_design.title"), design_parts(analysis, queries, words))
        yield EstimandSection("subgroups", words("subgroup.title"), subgroup_parts(analysis, queries, words))
        yield EstimandSection("censoring", words("censoring.title"), censoring_parts(analysis, queries, words))
        states = multi_state_parts(analysis, curve, days_0, names, queries, words)
        yield EstimandSection("states", words("multi_state.title"), states)
        transplants = transplant_parts(analysis, queries, words)
        yield EstimandSection("transplant", words("transplant_strategy.title"), transplants, numbers=False)
        doses = dose_parts(analysis, queries, words)
        yield EstimandSection("doses", words("dose_finding.title"), doses, numbers=False)
        yield EstimandSection("recurrent", words("recurrent.title"), recurrent_parts(analysis, queries, words))
        yield EstimandSection("wins", words("win_ratio.title"), win_ratio_parts(analysis, queries, words))
        yield EstimandSection("lateness", words("lateness.title"), lateness_parts(analysis, queries, words))

    return [section for section in sections() if section.parts]
