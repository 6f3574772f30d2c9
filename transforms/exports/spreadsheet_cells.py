"""Cells of the CSV files, workbooks and Word tables we write, as an office program may open them."""

from __future__ import annotations

import re

# A cell that begins so is a formula to a spreadsheet: what a site typed must not run on the data manager's machine.
# The wide signs are those of a Chinese keyboard, which some spreadsheets take for the narrow ones.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Characters no XML may hold, and so no workbook or Word document.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escape_formula(cell: object) -> str | int | float | None:
    """A cell as a spreadsheet may hold it: text that would be a formula gets an apostrophe before it."""
    if cell is None or isinstance(cell, int | float):
        return cell
    text = in_xml(str(cell))
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def in_xml(text: str) -> str:
    """A text with the sign of an unreadable character in place of each that a document can't hold."""
    return NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
