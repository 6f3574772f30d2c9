"""Rules that span records: a subject of whom nothing is asked, and for each rule the records that break it alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from tests.transforms.endpoints.tiny_study import DAY_0, build_tiny_study
from transforms.crosschecks import crosschecks
from warehouse.frames import frame_of

LAST_EXPORT = DAY_0 + timedelta(days=310)

# Enrolled, prepared, infused, in remission, seen again: days since 2020-01-01.
NOTHING_TO_ASK = """
subject subject_id enrollment_date age_years sex disease_status marrow_blasts_pct prior_transplant prior_car_t
a -10 30 female hematologic_relapse 40 no no

lymphodepletion subject_id infusion_number regimen start_date end_date
a 1 FC -5 -3

infusion subject_id infusion_number infusion_date target dose_1e5_per_kg cell_source
a 1 0 CD19 10 autologous

response subject_id infusion_number assessment_date response mrd_status marrow_blasts_pct
a 1 28 CR negative 1

follow_up subject_id contact_date disease_status
a 300 remission
"""
TWO_INFUSIONS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 100 CD22

lymphodepletion subject_id infusion_number regimen end_date
a 1 FC -3
a 2 FC 97

response subject_id infusion_number assessment_date response mrd_status
a 1 28 CR negative
a 2 128 CR negative
"""
RELAPSED = """
relapse subject_id relapse_date detection cd19_status
a 200 morphologic positive

follow_up subject_id contact_date disease_status
a 300 relapsed
"""

# rule -> the tables that take the place of those above
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
    "antigen_expression.target_before_infusion": """
        antigen_expression subject_id sample_date antigen status
        a -12 CD19 negative
    """,
}  # fmt: skip

CRS_ON_ASTCT = {"toxicity": [{"term": "CRS", "scale": "ASTCT 2019"}]}
PLANNED_CD22 = {"infusions": [{"number": 1, "targets": ["CD22"], "label": "CD22"}]}
PLANNED_SECOND = {"infusions": [{"number": 2, "targets": ["CD22"], "label": "CD22"}]}
# rule -> the tables and what the protocol says
BREAKS_WITH_PROTOCOL: dict[str, tuple[str, dict[str, Any]]] = {
    "subject.age_within_protocol": ("", {"enrollment": {"oldest_years": 18}}),
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


def asked(changes: str = "", latest_extract: date = LAST_EXPORT, **given: Any) -> set[str]:
    """The rules that ask something of the study of one subject, with the changed tables in place of its own."""
    tables = {**blocks(NOTHING_TO_ASK), **blocks(changes)}
    text = "\n\n".join(block for block in tables.values() if "\n" in block)
    with build_tiny_study(text, latest_extract=latest_extract, **given) as connection:
        return {check.rule.rule_id for check in crosschecks() if frame_of(connection, check.sql).height}


def blocks(tables: str) -> Mapping[str, str]:
    """Tables by domain; of two for one domain the later."""
    lines = "\n".join(line.strip() for line in tables.strip().splitlines())
    return {block.split()[0]: block.strip() for block in lines.split("\n\n") if block.strip()}


def test_nothing_is_asked_of_records_that_agree() -> None:
    assert asked() == set()
    assert asked(TWO_INFUSIONS) == set()
    assert asked(RELAPSED) == set()


@pytest.mark.parametrize("rule_id", BREAKS)
def test_what_breaks_a_rule_is_asked_and_nothing_else(rule_id: str) -> None:
    assert asked(BREAKS[rule_id]) == {rule_id}


@pytest.mark.parametrize("rule_id", BREAKS_WITH_PROTOCOL)
def test_what_breaks_a_rule_of_the_protocol_is_asked_and_nothing_else(rule_id: str) -> None:
    changes, protocol = BREAKS_WITH_PROTOCOL[rule_id]
    assert asked(changes, **protocol) == {rule_id}


def test_a_record_after_the_data_cut_is_asked_about() -> None:
    assert asked(data_cut=DAY_0 + timedelta(days=200)) == {"record.within_data_cut"}


def test_a_subject_not_heard_of_for_a_year_is_asked_about() -> None:
    assert asked(latest_extract=DAY_0 + timedelta(days=700)) == {"subject.still_followed"}


def test_the_same_person_at_two_sites_is_asked_about_at_both() -> None:
    twice = """
        subject subject_id site_id enrollment_date age_years sex
        a s -10 30 female
        b t -10 30 female

        infusion subject_id site_id infusion_number infusion_date target
        a s 1 0 CD19
        b t 1 0 CD19

        response subject_id assessment_date response mrd_status
        a 28 CR negative
        b 28 CR negative
    """
    assert asked(twice) == {"subject.one_person_once"}


def test_a_dose_ten_times_that_of_the_others_is_asked_about() -> None:
    names = "abcdefghijk"
    doses = "\n".join(f"{name} 1 0 CD19 {5 if name != 'k' else 50}" for name in names)
    responses = "\n".join(f"{name} 28 CR negative" for name in names)
    depleted = "\n".join(f"{name} 1 FC -3" for name in names)
    tables = (
        f"infusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n{doses}\n\n"
        f"response subject_id assessment_date response mrd_status\n{responses}\n\n"
        f"lymphodepletion subject_id infusion_number regimen end_date\n{depleted}\n\n"
        "subject subject_id enrollment_date\n" + "\n".join(f"{name} -10" for name in names)
    )
    assert asked(tables) == {"infusion.dose_like_others"}


ALONE = {"record.within_data_cut", "subject.still_followed", "subject.one_person_once", "infusion.dose_like_others"}


def test_every_rule_has_records_here_that_break_it() -> None:
    assert {*BREAKS, *BREAKS_WITH_PROTOCOL, *ALONE} == {check.rule.rule_id for check in crosschecks()}
    assert len(crosschecks()) >= 60


def test_a_chinese_site_is_asked_in_chinese() -> None:
    assert all("\u4e00" <= check.rule.remedy_zh[0] <= "\u9fff" for check in crosschecks())
