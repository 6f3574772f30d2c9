"""Number, date and time styles of OpenDocument as format codes of Excel, so that one rule says what a person sees."""

from __future__ import annotations

import re

from lxml import etree

from transforms.readers.workbook.odf_names import LONG, NUMBER, STYLE

CONDITION = re.compile(r"\s*value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?[\d.]+)\s*")
SINGLE = {
    "day": "d",
    "month": "m",
    "year": "yy",
    "hours": "h",
    "minutes": "m",
    "seconds": "s",
    "day-of-week": "ddd",
    "era": "g",
}
BOOLEAN = '[=0]"FALSE";"TRUE"'
GENERAL = "General"
MOST_DIGITS = 100
# What LibreOffice writes for General.
PLAIN = {f"{NUMBER}min-integer-digits": "1"}
SIMPLE = {
    "am-pm": "AM/PM", "text-content": "@", "scientific-number": "0.00E+00", "fraction": "# ?/?", "fill-character": "",
}  # fmt: skip


def excel_code(style: etree._Element, named: dict[str, etree._Element]) -> str:
    """The format code of a data style; `named` holds those that its conditions refer to.

    Raises
    ------
    ValueError: it shows something no format code does, such as the quarter of a year.
    """
    if style.tag == f"{NUMBER}boolean-style":
        return BOOLEAN
    sections = [_conditional(entry, named) for entry in style.findall(f"{STYLE}map")]
    return ";".join([*sections, _section(style)])


def _conditional(entry: etree._Element, named: dict[str, etree._Element]) -> str:
    found = CONDITION.fullmatch(entry.get(f"{STYLE}condition", ""))
    style = named.get(entry.get(f"{STYLE}apply-style-name", ""))
    if found is None or style is None:
        raise ValueError("a number format with a condition that can't be read")
    return f"[{found[1].replace('!=', '<>')}{found[2]}]{_section(style)}"


def _section(style: etree._Element) -> str:
    parts = [_part(style, part) for part in style if isinstance(part.tag, str) and str(part.tag).startswith(NUMBER)]
    # One whose parts are empty texts hides the value, as a section of `;;;` does.
    return "".join(parts) if parts else GENERAL


def _part(style: etree._Element, part: etree._Element) -> str:
    kind = part.tag.removeprefix(NUMBER)
    text = part.text or ""
    if kind == "text":
        return _percent(text) if style.tag == f"{NUMBER}percentage-style" else _literal(text)
    if kind == "currency-symbol":
        return _literal(text)
    if kind == "number":
        return _number(part)
    if kind in SIMPLE:
        return SIMPLE[kind]
    return _moment(style, part, kind) if kind in SINGLE else _of_no_code(style, kind)


def _moment(style: etree._Element, part: etree._Element, kind: str) -> str:
    code, long = SINGLE[kind], part.get(f"{NUMBER}style") == LONG
    if kind == "month" and part.get(f"{NUMBER}textual") == "true":
        code = "mmm"
    code += (code if kind == "year" else code[0]) if long else ""
    overflows = style.get(f"{NUMBER}truncate-on-overflow") == "false"
    if kind == "hours" and overflows:
        return f"[{code}]"
    if kind == "minutes" and style.find(f"{NUMBER}hours") is None:
        return f"[{code}]"
    return code


def _of_no_code(style: etree._Element, kind: str) -> str:
    """A quarter or a week beside the day of the month adds nothing; alone, it is a date nobody can place."""
    if kind not in {"quarter", "week-of-year"}:
        raise ValueError("a number format that can't be read")
    if style.find(f"{NUMBER}day") is None:
        raise ValueError("a date shown by its quarter or week")
    return ""


def _literal(text: str) -> str:
    return "".join(r"\"" if part == '"' else f'"{part}"' for part in re.split(r'(")', text) if part)


def _percent(text: str) -> str:
    """The sign that makes a percentage of a number; here alone it is no literal text."""
    before, sign, after = text.partition("%")
    return _literal(before) + sign + _literal(after)


def _number(part: etree._Element) -> str:
    if {name: value for name, value in part.attrib.items() if str(name).startswith(NUMBER)} == PLAIN and not len(part):
        return GENERAL
    whole = int(part.get(f"{NUMBER}min-integer-digits", "0"))
    decimals = int(part.get(f"{NUMBER}decimal-places", "0"))
    texts = [
        (int(text.get(f"{NUMBER}position", "0")), text.text or "") for text in part.findall(f"{NUMBER}embedded-text")
    ]
    places = min(max([whole, 1, *(position + 1 for position, _ in texts)]), MOST_DIGITS)
    digits = ["0"] * min(whole, MOST_DIGITS)
    digits = ["#"] * (places - len(digits)) + digits
    for position, text in texts:
        _embed(digits, position, text)
    thousands = float(part.get(f"{NUMBER}display-factor", "1"))
    factor = "," * (len(f"{thousands:.0f}") // 3) if thousands > 1 else ""
    return "".join(digits) + ("." + "0" * min(decimals, MOST_DIGITS) if decimals else "") + factor


def _embed(digits: list[str], position: int, text: str) -> None:
    """Text before the digit at a place counted from the right; one that never stands there is written once, in front."""
    places = [i for i, digit in enumerate(digits) if digit in "0#"]
    digits.insert(places[-position] if 0 < position <= len(places) else 0 if position else len(digits), _literal(text))
