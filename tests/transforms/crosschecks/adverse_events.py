"""Records that break a rule of adverse events and their grades, and it alone."""

from __future__ import annotations

# rule -> the tables that take the place of those of a subject of whom nothing is asked
BREAKS = {
    "adverse_event.fatal_has_death": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 3 9 5 Lee_2014
    """,
    "adverse_event.fatal_ends_with_death": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a infection 290 301 5 CTCAE_5

        death subject_id death_date cause
        a 305 infection
    """,
    "adverse_event.after_infusion": """
        adverse_event subject_id term start_date grade grading_scale
        a infection -2 3 CTCAE_5
    """,
    "adverse_event.of_known_infusion": """
        adverse_event subject_id infusion_number term start_date grade grading_scale
        a 2 infection 20 3 CTCAE_5
    """,
    "adverse_event.of_latest_infusion": """
        infusion subject_id infusion_number infusion_date target
        a 1 0 CD19
        a 2 30 CD22

        response subject_id infusion_number assessment_date response mrd_status
        a 1 28 CR negative
        a 2 58 CR negative

        adverse_event subject_id infusion_number term start_date end_date grade grading_scale
        a 1 ICANS 31 39 1 ASTCT_2019
    """,
    "adverse_event.crs_onset_within_21_days": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 25 29 1 Lee_2014
    """,
    "adverse_event.crs_within_30_days": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 3 40 1 Lee_2014
    """,
    "adverse_event.resolution_reported": """
        adverse_event subject_id infusion_number term start_date end_date grade grading_scale
        a 1 CRS 12 . 1 Lee_2014
        a 1 CRS 2 5 1 Lee_2014
    """,
    "adverse_event.episodes_do_not_overlap": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 3 9 1 Lee_2014
        a CRS 6 12 2 Lee_2014
    """,
    "adverse_event.icans_onset_within_42_days": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a ICANS 60 66 1 ASTCT_2019
    """,
    "adverse_event.severe_icans_has_crs": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a ICANS 6 9 3 ASTCT_2019
    """,
    "adverse_event.acute_gvhd_within_100_days": """
        transplant subject_id transplant_date transplant_type
        a 60 allogeneic

        adverse_event subject_id term start_date grade grading_scale
        a acute_GVHD 170 2 MAGIC
    """,
    "adverse_event.gvhd_has_donor": """
        adverse_event subject_id term start_date grade grading_scale
        a acute_GVHD 20 2 MAGIC
    """,
    "adverse_event.one_scale_per_site": """
        adverse_event subject_id term start_date end_date grade grading_scale
        a CRS 3 5 1 Lee_2014
        a CRS 8 9 1 Lee_2014
        a CRS 13 15 1 Penn
    """,
    "adverse_event.grade_as_astct_crs": """
        adverse_event subject_id term start_date end_date grade grading_scale hypotension hypoxia
        a CRS 3 9 2 ASTCT_2019 one_vasopressor none
    """,
    "adverse_event.grade_as_lee_crs": """
        adverse_event subject_id term start_date end_date grade grading_scale hypotension hypoxia
        a CRS 3 9 2 Lee_2014 multiple_vasopressors none
    """,
    "adverse_event.grade_as_penn_crs": """
        adverse_event subject_id term start_date end_date grade grading_scale hypotension hypoxia
        a CRS 3 9 2 Penn none low-flow
    """,
    "adverse_event.grade_as_astct_icans": """
        adverse_event subject_id term start_date end_date grade grading_scale ice_score
        a ICANS 6 9 1 ASTCT_2019 4
    """,
    "adverse_event.grade_as_magic": """
        transplant subject_id transplant_date transplant_type
        a 60 allogeneic

        adverse_event subject_id term start_date grade grading_scale skin_stage liver_stage upper_gi_stage lower_gi_stage
        a acute_GVHD 90 2 MAGIC 1 0 0 2
    """,
    "adverse_event.grade_as_counts": """
        laboratory subject_id sample_date test value unit
        a 8 neutrophils 0.3 1e9/L

        adverse_event subject_id term start_date end_date grade grading_scale
        a neutropenia 5 15 2 CTCAE_5
    """,
    "adverse_event.grade_as_chemistry": """
        laboratory subject_id sample_date test value unit normal_high
        a 8 ALT 400 U/L 40

        adverse_event subject_id term start_date end_date grade grading_scale
        a ALT_increased 5 15 2 CTCAE_5
    """,
}  # fmt: skip
