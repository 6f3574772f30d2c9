"""Number formats that SpreadsheetML and web pages of Excel call by a name instead of a code."""

from __future__ import annotations

NAMED = {
    "general": "General", "general number": "General", "general date": "yyyy-mm-dd hh:mm", "long date": "yyyy-mm-dd",
    "medium date": "d-mmm-yy", "short date": "yyyy-mm-dd", "long time": "h:mm:ss", "medium time": "h:mm AM/PM",
    "short time": "h:mm", "currency": "General", "euro currency": "General", "fixed": "0.00", "standard": "#,##0.00",
    "percent": "0.00%", "scientific": "0.00E+00", "yes/no": '"Yes";"Yes";"No"', "true/false": '"TRUE";"TRUE";"FALSE"',
    "on/off": '"On";"On";"Off"',
}  # fmt: skip


def code_of(name: str) -> str:
    """The format code behind a name; a code is its own."""
    return NAMED.get(name.strip().lower(), name)
