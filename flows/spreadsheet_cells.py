"""Cells of the CSV files and workbooks we write, as a spreadsheet may open them."""

from __future__ import annotations

# A cell that begins so is a formula to a spreadsheet: what a site typed must not run on the data manager's machine.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def escape_formula(cell: object) -> str | int | float | None:
    """A cell as a spreadsheet may hold it: text that would be a formula gets an apostrophe before it."""
    if cell is None or isinstance(cell, int | float):
        return cell
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
