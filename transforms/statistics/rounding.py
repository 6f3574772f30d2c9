"""How a number is rounded for print, as a named choice: papers differ, and 70.588 has been printed as 70.5.

Belongs here: decimal rounding of finished numbers. Nothing here ever feeds another computation.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Literal

from transforms.statistics.arrays import check_count, check_method, check_number

Rounding = Literal["half-up", "half-even", "truncate"]

_MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
# A computed 0.285 may be held as 0.28499999999999998: decimals beyond the 12th significant one are noise of the computation.
_SIGNIFICANT = 12


def round_number(value: float, digits: int, rounding: Rounding = "half-up") -> Decimal:
    """A number rounded for print.

    Parameters
    ----------
    value : float
        Number to print.
    digits : int
        Decimals, >= 0.
    rounding : str
        "half-up" (away from zero), "half-even", or "truncate".

    Returns
    -------
    Decimal
        The number to print. Ties are judged on the first 12 significant digits, so that 0.1 + 0.2 rounds as 0.3.

    Raises
    ------
    ValueError
        NaN or infinity.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.round_number(2.675, 2), st.round_number(0.125, 2, "half-even")
    (Decimal('2.68'), Decimal('0.12'))
    """
    check_method(rounding, _MODES, "rounding")
    return _quantize(value, digits, _MODES[rounding])


def round_outward(low: float, high: float, digits: int) -> tuple[Decimal, Decimal]:
    """Interval bounds rounded so that the printed interval covers the computed one.

    Parameters
    ----------
    low : float
        Lower bound.
    high : float
        Upper bound.
    digits : int
        Decimals, >= 0.

    Returns
    -------
    tuple[Decimal, Decimal]
        Bounds whose interval covers the computed one.

    Raises
    ------
    ValueError
        NaN or infinity.

    Examples
    --------
    >>> from transforms import statistics as st
    >>> st.round_outward(0.1234, 0.5678, 2)
    (Decimal('0.12'), Decimal('0.57'))
    """
    return _quantize(low, digits, ROUND_FLOOR), _quantize(high, digits, ROUND_CEILING)


def _quantize(value: float, digits: int, mode: str) -> Decimal:
    if check_count(digits, "digits") > _SIGNIFICANT:
        raise ValueError(f"digits must be at most {_SIGNIFICANT}")
    number = Decimal(format(check_number(value, "a number to print"), f".{_SIGNIFICANT}g"))
    rounded = number.quantize(Decimal(1).scaleb(-digits), rounding=mode)
    return rounded or abs(rounded)  # no minus before a zero
