"""Records that break a rule of CAR-T cells, laboratory values and recoveries, and it alone."""

from __future__ import annotations

from tests.transforms.crosschecks.one_subject import TWO_INFUSIONS

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "cell_kinetics.of_known_infusion": """
        cell_kinetics subject_id infusion_number sample_date matrix assay copies_per_ug
        a 2 8 blood qPCR 1000
    """,
    "cell_kinetics.none_before_infusion": """
        cell_kinetics subject_id infusion_number sample_date matrix assay copies_per_ug
        a 1 -3 blood qPCR 1000
    """,
    "cell_kinetics.of_latest_infusion": TWO_INFUSIONS
    + """
        cell_kinetics subject_id infusion_number sample_date matrix assay copies_per_ug
        a 1 8 blood qPCR 1000
        a 1 108 blood qPCR 1000
    """,
    "cell_kinetics.one_unit_per_subject": """
        cell_kinetics subject_id sample_date matrix assay car_t_pct car_t_per_ul
        a 7 blood flow 20 .
        a 10 blood flow 30 .
        a 14 blood flow . 90
    """,
    "cell_kinetics.no_jump_of_unit": """
        cell_kinetics subject_id sample_date matrix assay copies_per_ug
        a 7 blood qPCR 20000
        a 10 blood qPCR 3
        a 14 blood qPCR 9000
    """,
    "laboratory.unit_of_test": """
        laboratory subject_id sample_date test value unit
        a 8 neutrophils 1.5 mg/L
    """,
    "laboratory.one_unit_per_test": """
        laboratory subject_id sample_date test value unit
        a 7 neutrophils 1.5 1e9/L
        a 8 neutrophils 1.5 1e9/L
        a 9 neutrophils 1500 /uL
    """,
    "laboratory.neutrophils_in_their_unit": """
        laboratory subject_id sample_date test value unit
        a 8 neutrophils 1500 1e9/L
    """,
    "laboratory.neutrophils_not_all_too_few": """
        laboratory subject_id sample_date test value unit
        a 8 neutrophils 1.5 /uL
        a 9 neutrophils 2.5 /uL
        a 10 neutrophils 3.5 /uL
    """,
    "laboratory.platelets_in_their_unit": """
        laboratory subject_id sample_date test value unit
        a 8 platelets 150000 1e9/L
    """,
    "laboratory.hemoglobin_in_its_unit": """
        laboratory subject_id sample_date test value unit
        a 8 hemoglobin 9.5 g/L
    """,
    "laboratory.immunoglobulin_of_the_subject": """
        treatment subject_id treatment start_date
        a immunoglobulin 60

        laboratory subject_id sample_date test value unit
        a 80 IgG 6 g/L
    """,
    "laboratory.platelets_of_the_subject": """
        treatment subject_id treatment start_date
        a platelet_transfusion 9

        laboratory subject_id sample_date test value unit
        a 10 platelets 40 1e9/L
    """,
    "milestone.after_infusion": """
        milestone subject_id milestone milestone_date
        a platelet_recovery -3
    """,
    "milestone.immunoglobulin_without_replacement": """
        treatment subject_id treatment start_date
        a immunoglobulin 60

        milestone subject_id milestone milestone_date
        a immunoglobulin_recovery 80
    """,
    "milestone.platelets_without_transfusion": """
        treatment subject_id treatment start_date
        a platelet_transfusion 20

        milestone subject_id milestone milestone_date
        a platelet_recovery 24
    """,
    "milestone.no_cells_after_loss": """
        milestone subject_id milestone milestone_date
        a CAR-T_loss 60

        cell_kinetics subject_id sample_date matrix assay copies_per_ug
        a 90 blood qPCR 500
    """,
}  # fmt: skip
