"""Records that break a rule of subjects, their genetics, and records of any kind, and it alone."""

from __future__ import annotations

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "subject.infused_or_explained": """
        subject subject_id enrollment_date
        a 0

        lymphodepletion subject_id infusion_number regimen
        a 1 none

        infusion subject_id infusion_number infusion_date target

        response subject_id assessment_date response

        follow_up subject_id contact_date
    """,
    "subject.infusion_on_record": """
        lymphodepletion subject_id infusion_number regimen

        infusion subject_id infusion_number infusion_date target

        response subject_id assessment_date response

        cell_kinetics subject_id sample_date assay matrix car_t_pct
        a 20 flow blood 3
    """,
    "subject.alike_ids": """
        subject subject_id enrollment_date
        a1 300
        A-01 300

        lymphodepletion subject_id infusion_number regimen

        infusion subject_id infusion_number infusion_date target

        response subject_id assessment_date response

        follow_up subject_id contact_date
    """,
    "subject.enrolled_before_infusion": """
        subject subject_id enrollment_date
        a 3
    """,
    "subject.high_risk_with_tp53": """
        subject subject_id enrollment_date high_risk_genetics
        a -10 no

        genomics subject_id finding result
        a TP53 present
    """,
    "genomics.exclusive_subtypes": """
        genomics subject_id finding result
        a BCR::ABL1 present
        a BCR::ABL1-like present
    """,
    "record.subject_in_force": """
        follow_up subject_id contact_date disease_status
        a 300 remission
        b 200 remission
        b 300 remission
    """,
    "record.not_after_export": """
        follow_up subject_id contact_date disease_status
        a 500 remission
    """,
    "record.not_before_study": """
        genomics subject_id finding result sample_date
        a TP53 absent -12000
    """,
}  # fmt: skip
