"""Raised and lowered characters as Unicode has them: 10 with a raised 6 is 10⁶ and must not become 106."""

from __future__ import annotations

RAISED = str.maketrans("0123456789+-=()n−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻")
LOWERED = str.maketrans("0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")


def raised(text: str) -> str:
    """Digits and signs raised; letters stay, since they are no part of a number."""
    return text.translate(RAISED)


def lowered(text: str) -> str:
    """Digits and signs lowered."""
    return text.translate(LOWERED)
