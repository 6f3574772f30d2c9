"""What a person sees of a stored number or text under a format code of Excel, but never fewer digits than are stored.

Digits that a format only rounds are kept, zeros behind the point and marks between thousands are left out, so that a
number reads the same however it is dressed; what adds meaning (percent, leading zeros, literal text) is shown.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from transforms.readers.workbook.format_code import (
    FOR_TEXTS,
    Part,
    Section,
    format_sections,
    number_section,
    text_section,
)
from transforms.readers.workbook.moment_format import render_moment
from transforms.readers.workbook.worksheet import NOT_KNOWN

SCALED = Decimal(1000)
# Beyond this, the digits behind the fifteenth are none that anybody stored.
WHOLE_IN_FULL = 10**15
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def stored_number(text: str) -> float | None:
    """The number that a file stores as this text; nothing where it is none, or larger than any number Excel holds."""
    if NUMBER.fullmatch(text.strip()) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def render_number(value: float, code: str, *, date_1904: bool = False) -> str:
    """The text shown for a number: percent as 45%, dates in ISO form, dates without a day as 2021-03, `000` as 001.

    A value that no section takes or no calendar holds is shown as Excel shows it: number signs, which no column reads.

    Raises
    ------
    ValueError: what is shown can't be known: a code nobody can read, a number its format hides, a date of which only a
        weekday or a day is shown, a number that is none. The reader makes it a doubt about the cell.
    """
    if not math.isfinite(value):
        raise ValueError("a value that is no finite number")
    sections = format_sections(code or "General")
    section = number_section(sections, value)
    if section is None:
        return NOT_KNOWN
    if section.is_moment:
        return render_moment(value, section, date_1904=date_1904)
    if section.has("general", "text"):
        return _around(section, plain_number(value))
    return (
        _render_digits(value, section, signed=len(sections) == 1)
        if section.has("digit")
        else _render_words(value, section)
    )


def render_text(text: str, code: str) -> str:
    """The text shown for a stored text: with what a format such as `"BJ-"@` puts around it.

    A format that can't be read leaves texts as they are.

    Raises
    ------
    ValueError: the format hides the text, as `;;;` does.
    """
    if ("@" not in code and code.count(";") < FOR_TEXTS - 1) or code == "@":
        return text
    try:
        section = text_section(format_sections(code))
    except ValueError:
        return text
    if section is None or section.has("digit", "letters"):
        return text
    shown = _around(section, text)
    if text.strip() and not shown.strip():
        raise ValueError("a format that hides the text")
    return shown


def plain_number(value: float) -> str:
    """A number in Excel's 15 digits, without exponent; whole numbers without a fraction."""
    if value.is_integer() and abs(value) < WHOLE_IN_FULL:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _decimal(value: float) -> Decimal:
    return Decimal(format(value, ".15g"))


def _around(section: Section, text: str) -> str:
    """The text in the place of General or @, between what the format writes beside it."""
    return "".join(text if part.kind in {"general", "text"} else part.text for part in section.parts)


def _render_words(value: float, section: Section) -> str:
    """A section of literal text alone, such as [=1]"male"; a dash for zero is how accounts write zero."""
    words = "".join(part.text for part in section.parts).strip()
    if not words:
        raise ValueError("a format that hides the number")
    return "0" if value == 0 and words in {"-", "–", "—"} else words


def _render_digits(value: float, section: Section, *, signed: bool) -> str:
    """The digits in their places; `signed` where the program itself writes the sign, since no section is for negative numbers."""
    parts, scale = _scaled(section.parts)
    number = abs(_decimal(value)) * scale
    whole, _, fraction = format(number, "f").partition(".")
    shown = _placed(parts, whole.lstrip("0"), fraction.rstrip("0")).strip()
    if value >= 0:
        return shown if any(map(str.isdigit, shown)) else _zero(shown)
    if shown.startswith("(") and shown.endswith(")"):
        shown = shown[1:-1].strip()
    # A format may leave the sign of a negative number to its colour; a dash within other text is no sign.
    has_sign = not signed and Part("literal", "-") in section.parts
    return shown if has_sign else f"-{shown}"


def _zero(shown: str) -> str:
    """A zero of which `#` shows no digit: the digit before whatever else is shown; accounts write it as a dash."""
    if not shown:
        raise ValueError("a format that hides the number")
    return "0" if shown in {"-", "–", "—"} else f"0{shown}"


def _scaled(parts: tuple[Part, ...]) -> tuple[list[Part], Decimal]:
    """The parts without marks of thousands and exponents, and what the stored number is multiplied by before it is shown."""
    scale = Decimal(100) ** sum(part == Part("sign", "%") for part in parts)
    last_digit = max(i for i, part in enumerate(parts) if part.kind == "digit")
    first_point = next((i for i, part in enumerate(parts) if part == Part("sign", ".")), None)
    before = range(len(parts) if first_point is None else first_point)
    last_whole = max((i for i in before if parts[i].kind == "digit"), default=last_digit)
    for i in sorted({last_digit, last_whole}):
        while i + 1 < len(parts) and parts[i + 1] == Part("sign", ","):
            scale /= SCALED
            i += 1  # noqa: PLW2901 - each comma behind the last digit is one more thousand
    kept = [part for part in parts if part != Part("sign", ",")]
    return _point_of_letters(_without_exponent(_without_fraction(kept)), scale)


def _without_exponent(parts: list[Part]) -> list[Part]:
    """Digits are shown in full, so what writes the exponent goes."""
    at = next((i for i, part in enumerate(parts) if part.kind == "exponent"), None)
    if at is None:
        return parts
    end = at + 1
    while end < len(parts) and parts[end].kind == "digit":
        end += 1
    return parts[:at] + parts[end:]


def _without_fraction(parts: list[Part]) -> list[Part]:
    """A number shown as 1/2 is written as 0.5: what writes numerator and denominator goes."""
    slash = next((i for i, part in enumerate(parts) if part == Part("literal", "/")), None)
    if slash is None or not (0 < slash < len(parts) - 1):
        return parts
    start, end = slash, slash + 1
    while start and parts[start - 1].kind == "digit":
        start -= 1
    while end < len(parts) and (parts[end].kind == "digit" or parts[end].text.isdigit()):
        end += 1
    if start == slash or end == slash + 1:
        return parts
    before = parts[:start]
    while before and before[-1] == Part("literal", " "):
        before.pop()
    return (before if any(part.kind == "digit" for part in before) else [*before, Part("digit", "#")]) + parts[end:]


def _point_of_letters(parts: list[Part], scale: Decimal) -> tuple[list[Part], Decimal]:
    """`0!.0,"万"` writes a point as literal text to divide by ten thousand: it is a point all the same."""
    digits = [i for i, part in enumerate(parts) if part.kind == "digit"]
    points = [i for i, part in enumerate(parts) if part == Part("literal", ".") and digits[0] < i < digits[-1]]
    if len(points) != 1 or Part("sign", ".") in parts:
        return parts, scale
    behind = sum(i > points[0] for i in digits)
    return [*parts[: points[0]], Part("sign", "."), *parts[points[0] + 1 :]], scale / Decimal(10) ** behind


def _placed(parts: list[Part], whole: str, fraction: str) -> str:
    """The digits in the places the format has for them, all that are left over before the first and behind the last."""
    point = next((i for i, part in enumerate(parts) if part == Part("sign", ".")), len(parts))
    places = [i for i in range(point) if parts[i].kind == "digit"]
    by_place = dict(zip(reversed(places), reversed(whole), strict=False))
    texts = []
    for i, part in enumerate(parts):
        if part.kind == "digit":
            texts.append(by_place.get(i, "0" if part.text == "0" and i < point else ""))
        else:
            texts.append("" if i == point else part.text)
    if places:
        texts[places[0]] = whole[: max(len(whole) - len(places), 0)] + texts[places[0]]
    behind = places[-1] if places else point
    if not places:
        texts[behind] = whole or "0"
    if fraction:
        texts[behind] = f"{texts[behind] or '0'}.{fraction}"
    return "".join(texts)
