"""Records that break a rule of infusions and of the treatment before and after them, and it alone."""

from __future__ import annotations

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "infusion.numbers_without_gap": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        a 3 100 CD22
    """,
    "infusion.same_product_once_a_day": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        a 2 0 CD19
    """,
    "infusion.in_order": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        a 2 -20 CD22
    """,
    "infusion.two_weeks_apart": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        a 2 9 CD22

        response subject_id infusion_number assessment_date response mrd_status
        a 2 28 CR negative
    """,
    "infusion.lymphodepletion_reported": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        b 1 0 CD19

        subject subject_id enrollment_date
        a -10
        b -11

        response subject_id assessment_date response mrd_status
        a 28 CR negative
        b 28 CR negative
    """,
    "infusion.donor_cells_have_donor": """
        infusion subject_id infusion_number infusion_date target cell_source
        a 1 0 CD19 donor-derived
    """,
    "lymphodepletion.before_infusion": """
        lymphodepletion subject_id infusion_number regimen end_date
        a 1 FC 2
    """,
    "lymphodepletion.shortly_before_infusion": """
        lymphodepletion subject_id infusion_number regimen end_date
        a 1 FC -15
    """,
    "lymphodepletion.infusion_followed": """
        lymphodepletion subject_id infusion_number regimen end_date
        a 1 FC -3
        a 2 FC 97
    """,
    "treatment.tocilizumab_has_toxicity": """
        treatment subject_id treatment start_date
        a tocilizumab 4
    """,
    "treatment.tocilizumab_after_infusion": """
        treatment subject_id treatment start_date
        a tocilizumab -4

        adverse_event subject_id term grade grading_scale
        a CRS 1 Lee_2014
    """,
    "treatment.bridging_before_infusion": """
        treatment subject_id treatment start_date
        a bridging 40
    """,
    "treatment.antileukemic_has_leukemia": """
        treatment subject_id treatment start_date
        a antileukemic 140
    """,
    "treatment.of_known_infusion": """
        treatment subject_id infusion_number treatment start_date
        a 2 corticosteroid 8
    """,
    "transplant.not_on_day_of_infusion": """
        transplant subject_id transplant_date transplant_type
        a 0 allogeneic
    """,
    "transplant.after_enrollment": """
        transplant subject_id transplant_date transplant_type
        a -90 allogeneic
    """,
    "transplant.not_reported_twice": """
        transplant subject_id transplant_date transplant_type
        a 90 allogeneic
        a 97 allogeneic
    """,
    "consolidation.after_infusion": """
        consolidation subject_id treatment start_date
        a decitabine -9
    """,
    "consolidation.in_remission": """
        consolidation subject_id treatment start_date
        a decitabine 14
    """,
    "antigen_expression.target_before_infusion": """
        antigen_expression subject_id sample_date antigen status
        a -12 CD19 negative
    """,
}  # fmt: skip
