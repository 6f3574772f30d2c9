"""An explanation as JSON, every moved result asked about with all its causes; values and subjects only where asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flows.why.attributed import AttributedCause, AttributedResult, attributed_results
from flows.why.explain import Explanation
from transforms.attribution import Change


def explanations_as_json(found: Sequence[Explanation], *, records: bool) -> str:
    """One object per study."""
    return json.dumps([_explanation(one, records) for one in found], default=str, ensure_ascii=False, indent=2)


def _explanation(found: Explanation, records: bool) -> dict[str, Any]:
    return {
        "study_id": found.study_id,
        "from": found.before.words,
        "to": found.after.words,
        "code_changed": found.before.other_code or found.after.other_code,
        "study_files_changed": found.study_parts_changed,
        "records_changed": len(found.changes),
        "results_moved": found.moved.height,
        "results": [_result(result, records) for result in attributed_results(found)],
    }


def _result(result: AttributedResult, records: bool) -> dict[str, Any]:
    return {
        "label": result.label,
        "population": result.population,
        "unit": result.unit,
        "from": result.before,
        "to": result.after,
        "code": result.code,
        "study_files": result.study_files,
        "study_files_alone": dict(result.study_parts),
        "data": result.data,
        "interaction": result.interaction,
        "causes": [_cause(cause, records) for cause in result.causes],
    }


def _cause(cause: AttributedCause, records: bool) -> dict[str, Any]:
    return {
        "site_id": cause.site_id,
        "subjects": len(cause.subjects),
        **({"subject_ids": cause.subjects} if records else {}),
        "alone": cause.alone,
        "in_order": cause.in_order,
        "records": [_change(part.change, records) | {"alone": part.alone} for part in cause.parts],
    }


def _change(change: Change, records: bool) -> dict[str, Any]:
    file, sheet, row = change.place
    shown: dict[str, Any] = {
        "domain": change.domain,
        "kind": change.kind,
        "columns": change.columns,
        "file": file,
        "sheet": sheet,
        "row": row,
    }
    if records:
        before, after = change.before or {}, change.after or {}
        shown["values"] = {name: [before.get(name), after.get(name)] for name in change.columns}
    return shown
