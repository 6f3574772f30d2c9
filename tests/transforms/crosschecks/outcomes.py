"""Records that break a rule of follow-up and death, and it alone."""

from __future__ import annotations

from tests.transforms.crosschecks.one_subject import RELAPSED

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "follow_up.relapsed_has_relapse": """
        follow_up subject_id contact_date disease_status
        a 300 relapsed
    """,
    "follow_up.remission_after_relapse_explained": RELAPSED
    + """
        follow_up subject_id contact_date disease_status
        a 300 remission
    """,
    "follow_up.no_remission_on_day_of_relapse": RELAPSED
    + """
        follow_up subject_id contact_date disease_status
        a 200 remission
        a 300 relapsed
    """,
    "follow_up.covers_every_event": """
        follow_up subject_id contact_date disease_status
        a 60 remission

        transplant subject_id transplant_date transplant_type
        a 120 allogeneic
    """,
    "death.nothing_later": """
        death subject_id death_date cause
        a 290 infection
    """,
    "death.after_enrollment": """
        subject subject_id enrollment_date
        a -10

        death subject_id death_date cause
        a -11 infection

        infusion subject_id infusion_number infusion_date target

        lymphodepletion subject_id infusion_number regimen

        response subject_id assessment_date response

        follow_up subject_id contact_date
    """,
    "death.of_leukemia_has_relapse": """
        death subject_id death_date cause
        a 305 leukemia
    """,
    "death.of_treatment_without_relapse": RELAPSED
    + """
        death subject_id death_date cause
        a 305 transplant-related

        transplant subject_id transplant_date transplant_type
        a 120 allogeneic
    """,
    "death.of_toxicity_has_event": """
        death subject_id death_date cause
        a 305 CRS
    """,
    "death.of_gvhd_has_gvhd": """
        death subject_id death_date cause
        a 305 GVHD
    """,
    "death.of_transplant_has_transplant": """
        death subject_id death_date cause
        a 305 transplant-related
    """,
}  # fmt: skip
