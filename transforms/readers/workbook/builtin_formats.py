"""Formats a workbook refers to by a number (ECMA-376 part 1, 18.8.30) or, in SpreadsheetML and web pages, by a name.

The numbers 27-36 and 50-58 mean other formats in other languages of Excel, and the file does not say which. Each is given the
format that shows least among those of Simplified and Traditional Chinese, Japanese and Korean, so that no day is taken as
certain of which a reader may have seen the month alone. Where they share nothing, the format is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

YEAR_AND_MONTH = 'yyyy"年"m"月"'
MONTH_AND_DAY = 'm"月"d"日"'
BUILTIN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)', 6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)', 8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "mm-dd-yy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy",
    18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm",
    27: YEAR_AND_MONTH, 28: MONTH_AND_DAY, 29: MONTH_AND_DAY, 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: YEAR_AND_MONTH,
    37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', 44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    50: YEAR_AND_MONTH, 51: MONTH_AND_DAY, 52: YEAR_AND_MONTH, 53: MONTH_AND_DAY, 54: MONTH_AND_DAY,
    57: YEAR_AND_MONTH, 58: MONTH_AND_DAY,
}  # fmt: skip

NAMED = {
    "general": "General", "general number": "General", "general date": "yyyy-mm-dd hh:mm", "long date": "yyyy-mm-dd",
    "medium date": "d-mmm-yy", "short date": "yyyy-mm-dd", "long time": "h:mm:ss", "medium time": "h:mm AM/PM",
    "short time": "h:mm", "currency": "General", "euro currency": "General", "fixed": "0.00", "standard": "#,##0.00",
    "percent": "0.00%", "scientific": "0.00E+00", "yes/no": '"Yes";"Yes";"No"', "true/false": '"TRUE";"TRUE";"FALSE"',
    "on/off": '"On";"On";"Off"',
}  # fmt: skip


def format_code(number: int, declared: Mapping[int, str]) -> str | None:
    """The format code behind a number, as the file declares it or else by the standard; nothing where neither knows it."""
    return declared.get(number) or BUILTIN.get(number)


def code_of(name: str) -> str:
    """The format code behind a name; a code is its own."""
    return NAMED.get(name.strip().lower(), name)
