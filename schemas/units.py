"""Units a mapping may name, by dimension, and their exact ratio to the canonical unit of that dimension.

An unknown unit is refused: a guess would be off by powers of ten.
"""

from __future__ import annotations

from decimal import Decimal

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
        "mg/dL": Decimal("0.01"),
        "mg/L": Decimal("0.001"),
        "ng/mL": Decimal("0.000001"),
        "pg/mL": Decimal("0.000000001"),
    },
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
}  # fmt: skip
LOG10 = "log10 "


# The unit each laboratory test is held in; a percentage is a result of its own.
LABORATORY_UNITS = {
    "IL-6": "pg/mL", "IL-10": "pg/mL", "TNF-alpha": "pg/mL", "IgG": "g/L", "IgA": "g/L", "IgM": "g/L",
    "B cells": "/uL", "neutrophils": "1e9/L", "platelets": "1e9/L", "hemoglobin": "g/L", "ferritin": "ng/mL",
    "CRP": "mg/L",
}  # fmt: skip
COUNTED_OR_SHARED = ("B cells", "neutrophils")


def laboratory_factors() -> list[tuple[str, str, str, float]]:
    """Test, unit as a site may write it, standard unit, and how many of the standard unit one of it is."""
    found = []
    for test, standard in LABORATORY_UNITS.items():
        units = DIMENSIONS[DIMENSION_OF[standard]]
        spellings = [*units, *(alias for alias, unit in ALIASES.items() if unit in units)]
        found += [(test, unit, standard, float(conversion_factor(unit, standard))) for unit in spellings]
    return found + [(test, "%", "%", 1.0) for test in COUNTED_OR_SHARED]


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
