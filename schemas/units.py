"""Units a mapping may name, by dimension, and their exact ratio to the canonical unit of that dimension.

An unknown unit is refused: a guess would be off by powers of ten.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

# A month of any figure: a twelfth of a year of 365.25 days.
DAYS_PER_MONTH = 30.4375

# dimension -> unit -> how many of the dimension's first unit one of it is
DIMENSIONS: dict[str, dict[str, Decimal]] = {
    "cells per weight": {
        "1e5/kg": Decimal(1),
        "1e6/kg": Decimal(10),
        "1e7/kg": Decimal(100),
        "1e8/kg": Decimal(1000),
        "cells/kg": Decimal("0.00001"),
    },
    "share": {"%": Decimal(1), "fraction": Decimal(100)},
    "cells per volume": {
        "/uL": Decimal(1),
        "1e9/L": Decimal(1000),
        "1e6/L": Decimal(1),
        "/mL": Decimal("0.001"),
    },
    "mass per volume": {
        "g/L": Decimal(1),
        "g/dL": Decimal(10),
        "mg/mL": Decimal(1),
        "mg/dL": Decimal("0.01"),
        "mg/L": Decimal("0.001"),
        "ug/mL": Decimal("0.001"),
        "ug/dL": Decimal("0.00001"),
        "ug/L": Decimal("0.000001"),
        "ng/mL": Decimal("0.000001"),
        "ng/L": Decimal("0.000000001"),
        "pg/mL": Decimal("0.000000001"),
    },
    "amount per volume": {
        "mol/L": Decimal(1),
        "mmol/L": Decimal("0.001"),
        "umol/L": Decimal("0.000001"),
        "nmol/L": Decimal("0.000000001"),
        "pmol/L": Decimal("0.000000000001"),
    },
    # One katal is one mole a second, one unit a micromole a minute.
    "activity per volume": {
        "U/L": Decimal(1),
        "U/mL": Decimal(1000),
        "kU/L": Decimal(1000),
        "ukat/L": Decimal(60),
        "nkat/L": Decimal("0.06"),
    },
    # Two calibrations of one test, whose ratio is near 2 and not fixed: neither is read as the other.
    "D-dimer, fibrinogen equivalents": {
        "mg/L FEU": Decimal(1),
        "ug/mL FEU": Decimal(1),
        "ng/mL FEU": Decimal("0.001"),
        "ug/L FEU": Decimal("0.001"),
    },
    "D-dimer, D-dimer units": {
        "mg/L DDU": Decimal(1),
        "ug/mL DDU": Decimal(1),
        "ng/mL DDU": Decimal("0.001"),
        "ug/L DDU": Decimal("0.001"),
    },
    "copies per volume": {"copies/mL": Decimal(1), "copies/L": Decimal("0.001")},
    "international units per volume": {"IU/mL": Decimal(1), "IU/L": Decimal("0.001")},
    "copies per DNA": {"copies/ug": Decimal(1), "copies/ng": Decimal(1000)},
    "temperature": {"degrees C": Decimal(1)},
    "age": {"years": Decimal(1), "months": Decimal(1) / Decimal(12)},
}

DIMENSION_OF = {unit: dimension for dimension, units in DIMENSIONS.items() for unit in units}


# As sites write them, with a multiplication sign or without.
ALIASES = {
    "x10^5/kg": "1e5/kg", "10^5/kg": "1e5/kg", "x10^6/kg": "1e6/kg", "10^6/kg": "1e6/kg", "x10^7/kg": "1e7/kg",
    "x10^8/kg": "1e8/kg", "/kg": "cells/kg", "x10^9/L": "1e9/L", "10^9/L": "1e9/L", "x10^6/L": "1e6/L",
    "10^6/L": "1e6/L", "cells/uL": "/uL", "10*9/L": "1e9/L", "K/uL": "1e9/L", "copies/ug DNA": "copies/ug",
    "×10^9/L": "1e9/L", "10⁹/L": "1e9/L", "×10⁹/L": "1e9/L", "x10⁹/L": "1e9/L", "10E9/L": "1e9/L", "G/L": "1e9/L",
    "/nL": "1e9/L", "10^3/uL": "1e9/L", "10^3/μL": "1e9/L", "10^3/µL": "1e9/L", "K/μL": "1e9/L", "K/µL": "1e9/L",
    "10^3/mm3": "1e9/L", "×10^6/L": "1e6/L", "10⁶/L": "1e6/L", "/μL": "/uL", "/µL": "/uL", "/ul": "/uL", "/mm3": "/uL",
    "/mm^3": "/uL", "cells/μL": "/uL", "cells/µL": "/uL", "cells/mm3": "/uL", "/ml": "/mL", "个/uL": "/uL", "个/μL": "/uL",
    "g/l": "g/L", "g/dl": "g/dL", "mg/dl": "mg/dL", "mg/l": "mg/L", "ng/ml": "ng/mL", "pg/ml": "pg/mL", "ug/ml": "ug/mL",
    "μg/L": "ug/L", "µg/L": "ug/L", "ug/l": "ug/L", "μg/mL": "ug/mL", "µg/mL": "ug/mL", "μg/ml": "ug/mL", "mcg/L": "ug/L",
    "mmol/l": "mmol/L", "μmol/L": "umol/L", "µmol/L": "umol/L", "umol/l": "umol/L", "μmol/l": "umol/L",
    "U/l": "U/L", "u/L": "U/L", "μkat/L": "ukat/L", "µkat/L": "ukat/L", "copies/ml": "copies/mL", "IU/ml": "IU/mL",
    "mg/L(FEU)": "mg/L FEU", "mg/L (FEU)": "mg/L FEU", "μg/mL FEU": "ug/mL FEU", "µg/mL FEU": "ug/mL FEU",
    "ng/mL(FEU)": "ng/mL FEU", "μg/L FEU": "ug/L FEU", "μg/mL DDU": "ug/mL DDU", "ng/mL D-DU": "ng/mL DDU",
}  # fmt: skip
LOG10 = "log10 "


# The unit each laboratory test is held in.
LABORATORY_UNITS = {
    **dict.fromkeys(("neutrophils", "platelets", "leukocytes", "lymphocytes"), "1e9/L"), "hemoglobin": "g/L",
    **dict.fromkeys(("B cells", "T cells", "CD4 T cells", "CD8 T cells"), "/uL"),
    **dict.fromkeys(("IgG", "IgA", "IgM", "fibrinogen", "albumin"), "g/L"),
    **dict.fromkeys(("IL-1beta", "IL-2", "IL-6", "IL-8", "IL-10", "IL-15", "TNF-alpha", "IFN-gamma", "sIL-2R"), "pg/mL"),
    **dict.fromkeys(("LDH", "AST", "ALT"), "U/L"),
    **dict.fromkeys(("creatinine", "bilirubin", "direct bilirubin"), "umol/L"), "triglycerides": "mmol/L",
    "ferritin": "ng/mL", "CRP": "mg/L", "D-dimer": "mg/L FEU",
    **dict.fromkeys(("CMV DNA", "EBV DNA", "HBV DNA", "HHV-6 DNA", "adenovirus DNA"), "copies/mL"),
}  # fmt: skip
# A result that nothing converts into the unit of its test is one of its own: a share, another calibration, international units.
_OWN_RESULTS = {
    **dict.fromkeys(("B cells", "T cells", "CD4 T cells", "CD8 T cells", "neutrophils", "lymphocytes"), "%"),
    **dict.fromkeys(("CMV DNA", "EBV DNA", "HBV DNA", "HHV-6 DNA", "adenovirus DNA"), "IU/mL"),
    "D-dimer": "mg/L DDU", "IFN-gamma": "IU/mL", "sIL-2R": "U/mL",
}  # fmt: skip
# Molar mass (g/mol), by which an amount is a mass: IUPAC atomic weights of C4H7N3O and C33H36N4O6; hemoglobin per
# monomer, as laboratories report mmol/L (ICSH 1978, 16114.5); triglycerides as triolein, C57H104O6.
_MOLAR_MASS = {
    "creatinine": Decimal("113.12"), "bilirubin": Decimal("584.67"), "direct bilirubin": Decimal("584.67"),
    "hemoglobin": Decimal("16114.5"), "triglycerides": Decimal("885.45"),
}  # fmt: skip
_IU_OF_ENZYMES = {"IU/L": "U/L", "IU/l": "U/L"}


@cache
def laboratory_factors() -> tuple[tuple[str, str, str, float], ...]:
    """Test, unit as a site may write it, standard unit, and how many of the standard unit one of it is."""
    found = []
    for test, standard in LABORATORY_UNITS.items():
        units = _units_of(test, standard)
        found += [(test, unit, standard, float(ratio / units[standard])) for unit, ratio in _spelled(units).items()]
        if own := _OWN_RESULTS.get(test):
            others = {"%": Decimal(1)} if own == "%" else DIMENSIONS[DIMENSION_OF[own]]
            found += [(test, unit, own, float(ratio / others[own])) for unit, ratio in _spelled(others).items()]
    return tuple(found)


def _units_of(test: str, standard: str) -> dict[str, Decimal]:
    """The units that measure a test, with a ratio to one another: of its dimension, and by its molar mass of the other one."""
    units = DIMENSIONS[DIMENSION_OF[standard]]
    if DIMENSION_OF[standard] == "activity per volume":
        return {**units, **{spelling: units[unit] for spelling, unit in _IU_OF_ENZYMES.items()}}
    if test not in _MOLAR_MASS:
        return units
    grams = {unit: ratio * _MOLAR_MASS[test] for unit, ratio in DIMENSIONS["amount per volume"].items()}
    return {**DIMENSIONS["mass per volume"], **grams}


def _spelled(units: dict[str, Decimal]) -> dict[str, Decimal]:
    return {**units, **{alias: units[unit] for alias, unit in ALIASES.items() if unit in units}}


def is_log10(unit: str) -> bool:
    """Whether a unit says that the decimal logarithm of the value is given: `log10 copies/ug`."""
    return unit.startswith(LOG10)


def conversion_factor(source: str, target: str) -> Decimal:
    """How many of `target` one of `source` is; of a unit given as its logarithm, one of the unit itself.

    Raises
    ------
    ValueError: a unit is unknown, or the two measure different things.
    """
    source, target = (ALIASES.get(unit.removeprefix(LOG10), unit.removeprefix(LOG10)) for unit in (source, target))
    for unit in (source, target):
        if unit not in DIMENSION_OF:
            raise ValueError(f"expected a unit among {', '.join(DIMENSION_OF)}; found {unit}")
    if DIMENSION_OF[source] != DIMENSION_OF[target]:
        raise ValueError(
            f"expected a unit of {DIMENSION_OF[target]}, as {target}; {source} is of {DIMENSION_OF[source]}"
        )
    units = DIMENSIONS[DIMENSION_OF[source]]
    return units[source] / units[target]
