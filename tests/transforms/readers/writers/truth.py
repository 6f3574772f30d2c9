"""The table that every program writes: what is stored in each cell, in which format, and what a person sees."""

from __future__ import annotations

from dataclasses import dataclass

NAME = "患者"


@dataclass(frozen=True)
class Cell:
    """A cell as stored, its number format, and the text a person sees. kind: text, number, boolean, error or blank."""

    kind: str
    stored: str | float | bool | None
    shown: str | None
    code: str = "General"


def text(stored: str, shown: str | None = None, code: str = "General") -> Cell:
    return Cell("text", stored, stored if shown is None else shown, code)


def number(stored: float, shown: str, code: str = "General") -> Cell:
    return Cell("number", float(stored), shown, code)


def error(stored: str) -> Cell:
    return Cell("error", stored, stored)


def flag(stored: bool) -> Cell:
    return Cell("boolean", stored, "TRUE" if stored else "FALSE")


BLANK = Cell("blank", None, None)
DAY, MONTH, TIME = "yyyy-mm-dd", 'yyyy"年"m"月"', "yyyy-mm-dd hh:mm:ss"
HEADER = [
    "编号",
    "code",
    "blasts",
    "literal",
    "born",
    "year",
    "infused",
    "at",
    "clock",
    "died",
    "alive",
    "note",
    "blank",
    "dose",
    "sex",
]
ROWS: list[list[Cell]] = [
    [number(1, "001", "000"), number(4, "BJ-0004", '"BJ-"0000'), number(0.45, "45%", "0%"), number(45, "45%", '0"%"'),
     number(44256, "2021-03", MONTH), number(44197, "2021", "yyyy"), number(44260, "2021-03-05", DAY), number(44260 + 8.5 / 24, "2021-03-05 08:30:00", TIME),
     number(0.25, "06:00:00", "h:mm"), error("#N/A"), flag(stored=True), text('10⁶ <&> "x"'), BLANK, number(2.5, "2.5×10⁶/kg", '0.0"×10⁶/kg"'), number(1, "男", '[=1]"男";[=2]"女"')],
    [number(2, "002", "000"), number(12345, "BJ-12345", '"BJ-"0000'), number(0.1234, "12.34%", "0.00%"), number(0.8, "0.8%", r"0.0\%"),
     number(44286, "2021-03", "mmm-yy"), number(44561, "2021", "yyyy"), number(36526, "2000-01-01", "d/m/yyyy"), number(44260, "2021-03-05", TIME),
     number(1.25, "30:00:00", "[h]:mm"), error("#DIV/0!"), flag(stored=False), text("两行\n文字"), BLANK, number(1234567.891, "1234567.891", "#,##0.00"), number(2, "女", '[=1]"男";[=2]"女"')],
    [text("0003"), number(-7, "-BJ-0007", '"BJ-"0000'), number(0, "0%", "0%"), number(1e-7, "0.0000001"),
     text("2021年3月"), text("1905"), number(61, "1900-03-01", DAY), number(73050, "2099-12-31", DAY),
     number(0.5, "0.5", "# ?/?"), error("#VALUE!"), BLANK, text("0.45"), BLANK, number(-5, "-5", "#,##0_);(#,##0)"), number(0.1 + 0.2, "0.3")],
]  # fmt: skip


def shown() -> list[list[str | None]]:
    """The rows as a person sees them."""
    return [[cell.shown for cell in row] for row in ROWS]


def as_lines() -> str:
    """The cells below the header one on a line, for programs in other languages: row, column, kind, format, stored value."""
    header = [[Cell("text", name, name) for name in HEADER]]
    return "\n".join(
        "\t".join([str(row), str(column), cell.kind, cell.code, str(cell.stored).replace("\n", "\\n")])
        for row, cells in enumerate([*header, *ROWS])
        for column, cell in enumerate(cells)
        if cell.kind != "blank"
    )
