"""Where a canonical column comes from, as the YAML of a mapping, with what was seen of it in a comment."""

from __future__ import annotations

import json
import re

from schemas.columns import ColumnSpec
from schemas.mapping import decode_key
from schemas.units import conversion_factor
from transforms.drafts.columns import Column
from transforms.drafts.profile import SERIAL, Profile
from transforms.drafts.words import unit_in, words

UNKNOWN_UNIT = "the header names no unit Cartrove knows"
DAY_0 = "2000-01-01"
# A code, and nothing that a record of a subject could say.
SHORT_CODE = re.compile(r"-?\d{1,2}")


def quoted(text: str) -> str:
    """A text as YAML."""
    return json.dumps(text, ensure_ascii=False)


def choice_source(spec: ColumnSpec) -> str:
    """A constant for a required code that no column holds."""
    codes = list(spec.codelist or ())
    return f"{{constant: {quoted(codes[0])}}}  # guess: nothing in the file says it; one of {', '.join(codes)}"


def column_source(column: Column) -> str:
    """A column of the export as the source of what it seems to mean."""
    spec = column.spec
    header = quoted(column.profile.header)
    if spec.kind == "date":
        return _date_source(column.profile, header)
    if spec.codelist:
        return _decoded(column, spec, header)
    if spec.unit:
        unit, told = _unit(column.profile.header, spec)
        return f"{{column: {header}, unit: {quoted(unit)}}}  # guess: {told}"
    return f"{header}  # guess"


def _date_source(profile: Profile, header: str) -> str:
    """How a column of dates is read, and of what part of it; nothing is claimed that was not seen."""
    dates = profile.dates
    if not profile.filled:
        return f"{header}  # guess; no cell is filled, so no pattern was tried"
    if dates.whole:
        return f"{header}  # guess"
    if profile.serials:
        return f"{{column: {header}, dates: [{SERIAL}]}}  # guess: all {profile.filled} cells are numbers as Excel counts days"
    if profile.days:
        return f"{{column: {header}, days_since: {DAY_0}}}  # guess: all {profile.filled} cells are days; day 0 is a nominal date"
    partly = f"{dates.partly} of {profile.filled} cells are dates without a day; " if dates.partly else ""
    if not dates.mixed:
        return f"{header}  # guess; {partly}no pattern reads {dates.unread} of {profile.filled} cells: write dates: [...] here"
    shares = ", ".join(f"{pattern} reads {cells}" for pattern, cells in dates.mixed)
    rest = f"; {dates.partly} are dates without a day" if dates.partly else ""
    rest += f"; no pattern reads the other {dates.unread}" if dates.unread else ""
    patterns = json.dumps([pattern for pattern, _ in dates.mixed], ensure_ascii=False)
    return f"{{column: {header}, dates: {patterns}}}  # guess: of {profile.filled} cells {shares}{rest}"


def _unit(header: str, spec: ColumnSpec) -> tuple[str, str]:
    unit = unit_in(header)
    for candidate in filter(None, (unit, unit.replace("x", "") if unit else None)):
        try:
            conversion_factor(candidate, spec.unit or "")
        except ValueError:
            continue
        return candidate, "the unit of the header"
    return spec.unit or "", UNKNOWN_UNIT


def _decoded(column: Column, spec: ColumnSpec, header: str) -> str:
    """A code map of the texts met. Texts with digits in them stay out, but short codes: they may be what a subject's record says."""
    known = {
        decode_key(word): code for code, said in words()["codes"].get(spec.codelist_name, {}).items() for word in said
    }
    known |= {decode_key(code): code for code in spec.codelist or ()}
    found = {text: known[decode_key(text)] for text in column.profile.texts if decode_key(text) in known}
    unknown = len(column.profile.texts) - len(found) if column.profile.texts else column.profile.distinct
    short = [text for text in column.profile.texts if text not in found and SHORT_CODE.fullmatch(text)]
    shown = f" ({', '.join(short)})" if short else ""
    doubt = (
        f"  # guess: {unknown} of its texts{shown} have no code yet: add them under decode; codes are {', '.join(spec.codelist or ())}"
        if unknown
        else "  # guess"
    )
    if all(text == code for text, code in found.items()):
        return f"{{column: {header}}}{doubt}"
    return f"{{column: {header}, decode: {json.dumps(found, ensure_ascii=False)}}}{doubt}"
