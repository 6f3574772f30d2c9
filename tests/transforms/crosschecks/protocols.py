"""Records that break a rule of what the protocol says, with the part of the protocol they break."""

from __future__ import annotations

from typing import Any

CRS_ON_ASTCT = {"toxicity": [{"term": "CRS", "scale": "ASTCT 2019"}]}
PLANNED_CD22 = {"infusions": [{"number": 1, "targets": ["CD22"], "label": "CD22"}]}
PLANNED_SECOND = {"infusions": [{"number": 2, "targets": ["CD22"], "label": "CD22"}]}
# rule -> the tables and what the protocol says
BREAKS_WITH_PROTOCOL: dict[str, tuple[str, dict[str, Any]]] = {
    "subject.age_within_protocol": ("", {"enrollment": {"oldest_years": 18}}),
    "record.not_before_study": (
        """
        follow_up subject_id contact_date
        a -5000
        a 300
        """,
        {"infusions": [{"number": 1, "targets": ["CD19"], "label": "CD19"}]},
    ),
    "baseline.number_of_factor": (
        """
        baseline subject_id characteristic value
        a ferritin high
        """,
        {"risk_factors": {"ferritin": {"label": "Ferritin", "source": "baseline.ferritin", "cut": 500}}},
    ),
    "infusion.planned_by_protocol": ("", PLANNED_SECOND),
    "infusion.target_of_protocol": ("", PLANNED_CD22),
    "adverse_event.scale_of_protocol": (
        """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 3 9 1 Lee_2014
        """,
        CRS_ON_ASTCT,
    ),
    "adverse_event.grade_reported": (
        """
        adverse_event subject_id term start_date end_date
        a CRS 3 9
        """,
        CRS_ON_ASTCT,
    ),
}
