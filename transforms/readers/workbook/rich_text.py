"""Texts of several fonts: raised and lowered letters come out as what is seen, since 10 with a raised 6 is not 106."""

from __future__ import annotations

RAISED = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def raised(text: str) -> str:
    """The text in raised letters, behind a ^ where one of them has none."""
    return _placed(text, RAISED, "^")


def lowered(text: str) -> str:
    """The text in lowered letters, behind a _ where one of them has none."""
    return _placed(text, LOWERED, "_")


def _placed(text: str, letters: dict[int, int], mark: str) -> str:
    bare = text.strip()
    if not bare:
        return text
    shown = bare.translate(letters) if all(ord(letter) in letters or letter == " " for letter in bare) else mark + bare
    return text.replace(bare, shown, 1)
