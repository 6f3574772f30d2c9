"""Grades derived from findings, against the tables of the papers that define the scales."""

from __future__ import annotations

import pytest

from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of


def derived(columns: str, cells: str, *, more: str = "") -> dict[str, tuple[int, int]]:
    """Lowest and highest grade by scale."""
    tables = f"adverse_event subject_id start_date end_date {columns}\na 3 9 {cells}\n\n{more}"
    with build_tiny_study(tables) as connection:
        rows = frame_of(connection, "SELECT scale, lowest, highest FROM adam.adgrade").rows()
    return {scale: (lowest, highest) for scale, lowest, highest in rows}


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        ("37.2 none none", 0),
        ("38.4 none none", 1),
        ("39.1 no_vasopressor none", 2),
        ("39.1 none low-flow", 2),
        ("39.1 one_vasopressor low-flow", 3),
        ("39.1 no_vasopressor high-flow", 3),
        ("39.1 multiple_vasopressors none", 4),
        ("39.1 none positive_pressure", 4),
        # Tocilizumab masks fever: blood pressure and oxygen alone then make the grade.
        ("37.0 one_vasopressor none", 3),
    ],
)
def test_crs_by_astct_is_the_worse_of_blood_pressure_and_oxygen(findings: str, grade: int) -> None:
    found = derived("term highest_temperature_c hypotension hypoxia", f"CRS {findings}")
    assert found["ASTCT 2019"] == (grade, grade)


def test_crs_is_a_range_where_blood_pressure_was_not_reported() -> None:
    assert derived("term hypoxia", "CRS low-flow")["ASTCT 2019"] == (2, 4)


@pytest.mark.parametrize(
    ("findings", "lee", "penn"),
    [
        ("none none", 1, 1),
        ("no_vasopressor none", 2, 3),
        ("one_vasopressor none", 2, 3),
        ("multiple_vasopressors none", 3, 3),
        ("none positive_pressure", 3, 3),
    ],
)
def test_the_same_crs_has_other_grades_on_other_scales(findings: str, lee: int, penn: int) -> None:
    found = derived("term hypotension hypoxia", f"CRS {findings}")
    assert (found["Lee 2014"][0], found["Penn"][0]) == (lee, penn)


@pytest.mark.parametrize(
    ("findings", "grade"),
    [
        ("10 awake none no none", 0),
        ("8 awake none no none", 1),
        ("7 to_voice none no none", 2),
        ("3 spontaneous none no none", 2),
        ("2 spontaneous none no none", 3),
        ("9 awake resolved no none", 3),
        ("9 awake none no focal", 3),
        ("0 unarousable none no none", 4),
        ("9 awake none yes none", 4),
        ("9 awake prolonged no none", 4),
        ("9 awake none no diffuse", 4),
    ],
)
def test_icans_by_astct_is_the_worst_of_five_findings(findings: str, grade: int) -> None:
    columns = "term ice_score consciousness seizure deep_motor_weakness cerebral_edema"
    assert derived(columns, f"ICANS {findings}") == {"ASTCT 2019": (grade, grade)}


@pytest.mark.parametrize(
    ("stages", "grade"),
    [
        ("0 0 0 0", 0),
        ("2 0 0 0", 1),
        ("3 0 0 0", 2),
        ("0 1 0 0", 2),
        ("0 0 1 0", 2),
        ("1 0 0 1", 2),
        ("0 3 0 0", 3),
        ("3 0 1 2", 3),
        ("4 0 0 0", 4),
        ("0 4 0 0", 4),
        ("0 0 0 4", 4),
    ],
)
def test_acute_gvhd_by_magic(stages: str, grade: int) -> None:
    found = derived("term skin_stage liver_stage upper_gi_stage lower_gi_stage", f"acute_GVHD {stages}")
    assert found == {"MAGIC": (grade, grade)}


def test_a_missing_stage_leaves_a_range() -> None:
    assert derived("term skin_stage liver_stage", "acute_GVHD 2 0") == {"MAGIC": (1, 4)}


@pytest.mark.parametrize(
    ("term", "test", "value", "unit", "grade"),
    [
        ("neutropenia", "neutrophils", "0.49", "1e9/L", 4),
        ("neutropenia", "neutrophils", "500", "/uL", 3),
        ("neutropenia", "neutrophils", "1.2", "10^9/L", 2),
        ("thrombocytopenia", "platelets", "24", "1e9/L", 4),
        ("thrombocytopenia", "platelets", "49", "1e9/L", 3),
        ("anemia", "hemoglobin", "7.9", "g/dL", 3),
        ("anemia", "hemoglobin", "95", "g/L", 2),
    ],
)
def test_counts_by_ctcae_whatever_their_unit(term: str, test: str, value: str, unit: str, grade: int) -> None:
    counts = f"laboratory subject_id sample_date test value unit\na 5 {test} {value} {unit}"
    assert derived("term grading_scale", f"{term} CTCAE_5", more=counts)["CTCAE 5"][0] == grade


@pytest.mark.parametrize(
    ("term", "test", "value", "unit", "by_5", "by_6"),
    [
        ("neutropenia", "neutrophils", "1.5", "1e9/L", 0, 0),
        ("neutropenia", "neutrophils", "1.49", "1e9/L", 2, 1),
        ("neutropenia", "neutrophils", "0.99", "1e9/L", 3, 2),
        ("neutropenia", "neutrophils", "499", "/uL", 4, 3),
        ("neutropenia", "neutrophils", "0.1", "1e9/L", 4, 3),
        ("neutropenia", "neutrophils", "0.09", "1e9/L", 4, 4),
        ("thrombocytopenia", "platelets", "75", "1e9/L", 0, 0),
        ("thrombocytopenia", "platelets", "74", "1e9/L", 2, 2),
        ("thrombocytopenia", "platelets", "24", "1e9/L", 4, 3),
        ("thrombocytopenia", "platelets", "10", "1e9/L", 4, 3),
        ("thrombocytopenia", "platelets", "9", "1e9/L", 4, 4),
        ("anemia", "hemoglobin", "7.9", "g/dL", 3, 3),
        # mmol/L per monomer: 4.9 is 79 g/L
        ("anemia", "hemoglobin", "4.9", "mmol/L", 3, 3),
        ("lymphopenia", "lymphocytes", "0.19", "1e9/L", 4, None),
        ("leukopenia", "leukocytes", "1.99", "1e9/L", 3, 3),
    ],
)
def test_each_version_of_ctcae_is_a_scale_of_its_own(
    term: str, test: str, value: str, unit: str, by_5: int, by_6: int | None
) -> None:
    counts = f"laboratory subject_id sample_date test value unit\na 5 {test} {value} {unit}"
    for version, grade in (("5", by_5), ("6", by_6)):
        found = derived("term grading_scale", f"{term} CTCAE_{version}", more=counts)
        assert found == ({} if grade is None else {f"CTCAE {version}": (grade, 4)})


@pytest.mark.parametrize(
    ("count", "lowest"),
    [
        ("platelets . 25 . 1e9/L", 4),
        ("platelets . 25000 . /uL", 4),
        ("platelets . 26 . 1e9/L", 3),
        ("platelets . 100 . 1e9/L", 0),
        ("platelets . . 1000 1e9/L", 0),
    ],
)
def test_a_count_reported_as_a_limit_gives_the_grade_that_the_limit_decides(count: str, lowest: int) -> None:
    counts = f"laboratory subject_id sample_date test value value_below value_above unit\na 5 {count}"
    found = derived("term grading_scale", "thrombocytopenia CTCAE_5", more=counts)
    assert found == {"CTCAE 5": (lowest, 4)}


def test_a_reported_grade_is_held_against_its_own_scale_alone() -> None:
    tables = (
        "adverse_event subject_id start_date end_date term grade grading_scale hypotension hypoxia\n"
        "a 3 9 CRS 2 Lee_2014 one_vasopressor none"
    )
    with build_tiny_study(tables) as connection:
        found = dict(frame_of(connection, "SELECT scale, agreefl FROM adam.adgrade").rows())
    assert found == {"Lee 2014": "Y", "ASTCT 2019": None, "Penn": None}
