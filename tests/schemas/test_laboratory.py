"""Laboratory tests: their units, other names, and limits of normal as a mapping states them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.codelists import LABORATORY_TEST
from schemas.laboratory_names import LABORATORY_NAMES
from schemas.mapping import decode_key
from schemas.mapping.normal_ranges import NormalRange
from schemas.units import LABORATORY_UNITS, laboratory_factors

FACTORS = {(test, unit): (standard, factor) for test, unit, standard, factor in laboratory_factors()}


@pytest.mark.parametrize(
    ("test", "value", "unit", "standard", "converted"),
    [
        # one value in each unit a laboratory writes; ratios of the literature, to its digits
        ("creatinine", 1.0, "mg/dL", "umol/L", 88.4),
        ("creatinine", 88.4, "μmol/L", "umol/L", 88.4),
        ("bilirubin", 1.0, "mg/dL", "umol/L", 17.1),
        ("direct bilirubin", 5.0, "µmol/L", "umol/L", 5.0),
        ("triglycerides", 265.0, "mg/dL", "mmol/L", 2.993),
        ("hemoglobin", 5.0, "mmol/L", "g/L", 80.57),
        ("hemoglobin", 8.0, "g/dL", "g/L", 80.0),
        ("LDH", 4.0, "ukat/L", "U/L", 240.0),
        ("LDH", 240.0, "IU/L", "U/L", 240.0),
        ("ferritin", 650.0, "μg/L", "ng/mL", 650.0),
        ("ferritin", 0.65, "mg/L", "ng/mL", 650.0),
        ("CRP", 3.0, "mg/dL", "mg/L", 30.0),
        ("fibrinogen", 150.0, "mg/dL", "g/L", 1.5),
        ("neutrophils", 500.0, "/μL", "1e9/L", 0.5),
        ("platelets", 50.0, "10^3/uL", "1e9/L", 50.0),
        ("platelets", 50.0, "×10⁹/L", "1e9/L", 50.0),
        ("lymphocytes", 800.0, "cells/mm3", "1e9/L", 0.8),
        ("IL-6", 7.0, "ng/L", "pg/mL", 7.0),
        # what nothing converts stays a result of its own
        ("lymphocytes", 20.0, "%", "%", 20.0),
        ("D-dimer", 500.0, "ng/mL FEU", "mg/L FEU", 0.5),
        ("D-dimer", 250.0, "ng/mL DDU", "mg/L DDU", 0.25),
        ("CMV DNA", 1000.0, "IU/mL", "IU/mL", 1000.0),
        ("CMV DNA", 1000.0, "copies/mL", "copies/mL", 1000.0),
    ],
)
def test_a_result_is_converted_into_the_unit_of_its_test(
    test: str, value: float, unit: str, standard: str, converted: float
) -> None:
    found, factor = FACTORS[test, unit]
    assert (found, value * factor) == (standard, pytest.approx(converted, rel=5e-4))


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        # without a calibration, a D-dimer may be either; an amount of a protein has no molar mass here
        ("D-dimer", "mg/L"), ("D-dimer", "ng/mL"), ("fibrinogen", "umol/L"), ("LDH", "g/L"), ("creatinine", "U/L"),
        ("neutrophils", "g/L"), ("EBV DNA", "%"),
    ],
)  # fmt: skip
def test_a_unit_that_does_not_measure_the_test_converts_nothing(test: str, unit: str) -> None:
    assert (test, unit) not in FACTORS


def test_every_test_has_a_unit_and_every_unit_a_test() -> None:
    assert set(LABORATORY_UNITS) == set(LABORATORY_TEST.codes)


def test_a_unit_is_told_once_for_each_test() -> None:
    rows = laboratory_factors()
    assert len(rows) == len({(test, unit) for test, unit, *_ in rows})


def test_no_name_stands_for_two_tests() -> None:
    named = [(decode_key(name), code) for code, names in LABORATORY_NAMES.items() for name in (code, *names)]
    assert len({name for name, _ in named}) == len(named)
    assert set(LABORATORY_NAMES) == set(LABORATORY_TEST.codes)


@pytest.mark.parametrize("ambiguous", ["FBG", "SF", "D", "glucose"])
def test_a_name_that_may_mean_another_test_stands_for_none(ambiguous: str) -> None:
    names = {decode_key(name) for names in LABORATORY_NAMES.values() for name in names}
    assert decode_key(ambiguous) not in names


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"test": "LDL", "unit": "g/L", "high": 1}, "test: expected one of"),
        ({"test": "LDH", "unit": "g/L", "high": 1}, "expected one that measures LDH"),
        ({"test": "LDH", "unit": "U/L"}, "expected low, high or both"),
        ({"test": "LDH", "unit": "U/L", "low": 250, "high": 120}, "expected more than low 250"),
        ({"test": "LDH", "unit": "U/L", "high": 250, "sex": "f"}, "sex: expected one of male, female"),
    ],
)
def test_a_range_that_is_none_is_refused(stated: dict[str, object], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        NormalRange.model_validate(stated)
