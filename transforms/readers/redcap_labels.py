"""Headers of a REDCap export with labels, as names of fields; a header that more than one field may mean is refused."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Sequence

from schemas.errors import DataRejected
from transforms.readers.redcap_dictionary import Field
from transforms.readers.sheet import Sheet

# The columns REDCap adds, and what it calls them among labels.
HEADINGS = {
    "Event Name": "redcap_event_name",
    "Repeat Instrument": "redcap_repeat_instrument",
    "Repeat Instance": "redcap_repeat_instance",
    "Data Access Group": "redcap_data_access_group",
}
STRUCTURE = tuple(HEADINGS.values())
STATUS_HEADING = "Complete?"
TAG = re.compile(r"<[^>]*>")
# In another language of REDCap the word before = is another.
CHOICE = re.compile(r"\([^()=＝]{1,20}[=＝]")
# What tells a repeated header of a sheet from the first of its name.
REPEATED = re.compile(r"#\d+$")


def named_by_fields(sheet: Sheet, fields: Sequence[Field]) -> dict[str, str]:
    """The field's column for each header that is a label; none where headers are names already.

    Raises
    ------
    DataRejected: no header is of these fields, or a label stands for several of them and not as often as there are.
    """
    if {column for field in fields for column in field.columns()} & set(sheet.header):
        return {}
    meant = _columns_by_heading(fields)
    found = _headers_by_heading(sheet.header, meant)
    names: dict[str, str] = {}
    for heading, headers in found.items():
        columns = meant.get(heading, [])
        if columns and len(columns) != len(headers):
            raise DataRejected(
                f"{sheet.file} {headers[0]}: expected a label of one field; {len(columns)} fields of the dictionary bear it; "
                "export the data with names of variables as headers"
            )
        names |= dict(zip(headers, columns, strict=bool(columns)))
    if not names:
        raise DataRejected(
            f"{sheet.file}: expected fields of the data dictionary; found none of their names or labels among the headers; "
            "send the dictionary of this project"
        )
    names |= {header: name for header, name in HEADINGS.items() if header in sheet.header}
    return names | dict(_statuses(sheet.header, names, fields))


def _columns_by_heading(fields: Sequence[Field]) -> dict[str, list[str]]:
    by_heading: dict[str, list[str]] = {}
    for field in fields:
        for heading, column in zip(field.headings(), field.columns(), strict=True):
            by_heading.setdefault(_plain(heading), []).append(column)
    return by_heading


def _headers_by_heading(header: Sequence[str], known: Collection[str]) -> dict[str, list[str]]:
    """Headers under what they say; a sheet calls the second of a name `name#2`, which may be a name of its own."""
    by_heading: dict[str, list[str]] = {}
    for name in header:
        whole = _plain(name)
        by_heading.setdefault(whole if whole in known else _plain(REPEATED.sub("", name)), []).append(name)
    return by_heading


def _statuses(header: Sequence[str], names: dict[str, str], fields: Sequence[Field]) -> Iterator[tuple[str, str]]:
    """Every form's status has the same label, and stands behind the last column of its form."""
    forms = {column: field.form for field in fields for column in field.columns()}
    form = ""
    for name in header:
        form = forms.get(names.get(name, ""), form)
        if REPEATED.sub("", name) == STATUS_HEADING and form:
            yield name, f"{form}_complete"
            form = ""


def _plain(heading: str) -> str:
    """A label without markup, blanks and the language of REDCap."""
    bare = CHOICE.sub("(choice=", html.unescape(TAG.sub("", heading)))
    return " ".join(bare.split()).casefold()
