"""One endpoint under several censoring rules, side by side: duration of response as each agency and paper counts it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from schemas.protocol.censoring import SECTION, analysis_of, rule_name, ruled
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData
from transforms.analyses.time_to_event import base_row, described


def censoring_rows(data: StudyData) -> Iterator[ResultRow]:
    """Counts, rates and median of every endpoint under each of its rules; the curve of each is the endpoint's own affair."""
    for name, rules in data.protocol.censoring_rules.items():
        for key, rule in rules.items():
            endpoint, subjects = ruled(data.protocol.endpoints[name], rule), data.subjects_of(rule_name(name, key))
            base = base_row(data, name, endpoint, subjects)
            base = replace(base, analysis_id=analysis_of(name), section=SECTION, measure=key)
            yield from described(data, endpoint, base, subjects).rows
