"""Records that break a rule of responses and relapses, and it alone."""

from __future__ import annotations

from tests.transforms.crosschecks.one_subject import RELAPSED, TWO_INFUSIONS

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "response.assessed_after_infusion": """
        response subject_id assessment_date response
        a -9 NR
    """,
    "response.inside_window": """
        response subject_id assessment_date response mrd_status
        a 60 CR negative
        a 90 CR negative
    """,
    "response.after_its_infusion": """
        response subject_id infusion_number assessment_date response mrd_status
        a 1 28 CR negative
        a 1 -2 NR .
    """,
    "response.of_known_infusion": """
        response subject_id infusion_number assessment_date response mrd_status
        a 1 28 CR negative
        a 2 128 CR negative
    """,
    "response.of_latest_infusion": TWO_INFUSIONS
    + """
        response subject_id infusion_number assessment_date response mrd_status
        a 1 28 CR negative
        a 1 128 CR negative
    """,
    "response.remission_after_relapse_explained": """
        relapse subject_id relapse_date detection cd19_status
        a 200 morphologic positive

        response subject_id assessment_date response mrd_status
        a 28 CR negative
        a 230 CR negative

        follow_up subject_id contact_date
        a 300
    """,
    "response.no_remission_on_day_of_relapse": RELAPSED
    + """
        response subject_id assessment_date response mrd_status
        a 28 CR negative
        a 200 CR negative
    """,
    "response.residual_disease_of_remission": """
        response subject_id assessment_date response
        a 28 CR
    """,
    "response.loss_of_remission_is_relapse": """
        response subject_id assessment_date response mrd_status
        a 28 CR negative
        a 150 NR .
    """,
    "response.residual_disease_returns": """
        response subject_id assessment_date response mrd_status
        a 28 CR negative
        a 90 CR positive
    """,
    "relapse.after_infusion": """
        relapse subject_id relapse_date cd19_status
        a -4 positive
    """,
    "relapse.after_remission": RELAPSED
    + """
        response subject_id assessment_date response
        a 28 NR
    """,
    "relapse.not_reported_twice": RELAPSED
    + """
        relapse subject_id relapse_date cd19_status
        a 200 positive
        a 214 positive
    """,
    "relapse.remission_between_relapses": RELAPSED
    + """
        relapse subject_id relapse_date cd19_status
        a 100 positive
        a 200 positive
    """,
    "relapse.antigen_as_examined": RELAPSED
    + """
        antigen_expression subject_id sample_date antigen status
        a 203 CD19 negative
    """,
    "relapse.blasts_of_relapse": RELAPSED
    + """
        response subject_id assessment_date response mrd_status marrow_blasts_pct
        a 28 CR negative 1
        a 201 NR . 2
    """,
    "relapse.not_on_day_of_treatment": RELAPSED
    + """
        transplant subject_id transplant_date transplant_type
        a 200 allogeneic
    """,
}  # fmt: skip
