"""Number formats of Excel: what a person sees of a stored number, with every digit that is stored."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.readers.workbook.builtin_formats import format_code
from transforms.readers.workbook.number_format import plain_number, render_number, render_text

MARCH_5 = 44260.0  # 5 March 2021


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.45, "0%", "45%"),
        (0.1234, "0%", "12.34%"),
        (0.07, "0.00%", "7%"),
        (-0.45, "0.0%;(0.0%)", "-45%"),
        (45, '0"%"', "45%"),
        (45, r"0\%", "45%"),
        (0.8, '0.0"%"', "0.8%"),
        (45, "0!%", "45%"),
        (45, "0％", "45％"),
        (45, '0"％"', "45％"),
    ],
)
def test_a_percent_sign_scales_unless_it_is_literal_text(value: float, code: str, shown: str) -> None:
    assert render_number(float(value), code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1, "000", "001"),
        (12345, "000", "12345"),
        (2, '"P"000', "P002"),
        (4, '"BJ-"0000', "BJ-0004"),
        (4, r"\B\J\-0000", "BJ-0004"),
        (7, '0000"/2021"', "0007/2021"),
        (123456789, "000-00-0000", "123-45-6789"),
        (13800138000, "000 0000 0000", "138 0013 8000"),
        (3, '"第"0"次"', "第3次"),
        (1.5, "000", "001.5"),
        (3, '"P"@', "P3"),
        (5, 'General"号"', "5号"),
    ],
)
def test_an_id_has_the_zeros_and_letters_of_its_format(value: float, code: str, shown: str) -> None:
    assert render_number(float(value), code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (2.6, "0", "2.6"),
        (2, "0.00", "2"),
        (1234567, "#,##0", "1234567"),
        (123456, "0.00E+00", "123456"),
        (0.5, "# ?/?", "0.5"),
        (1.25, "# ??/??", "1.25"),
        (12345, "0.0,", "12.345"),
        (12345678, '0.0,,"M"', "12.345678M"),
        (12345, '0!.0,"万"', "1.2345万"),
        (1e-7, "General", "0.0000001"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "G/通用格式", "100000000000000000000"),
        (2.5, '0.0"×10⁶/kg"', "2.5×10⁶/kg"),
        (1200, "[$¥-804]#,##0.00", "¥1200"),
        (0.5, ".00", "0.5"),
        (36.6, "0.0℃", "36.6℃"),
    ],
)
def test_digits_are_kept_where_a_format_only_rounds_them(value: float, code: str, shown: str) -> None:
    assert render_number(float(value), code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (-5, "#,##0_);(#,##0)", "-5"),
        (-5, "0;[Red]0", "-5"),
        (-2, '"P"000', "-P002"),
        (-7, '"BJ-"0000', "-BJ-0007"),
        (-7, "0;-0", "-7"),
        (-7, '"$"0;"$"-0', "$-7"),
        (-7, '"BJ-"0;"BJ-"0', "-BJ-7"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', "0"),
        (0, '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', "0"),
        (1, '[=1]"男";[=2]"女"', "男"),
        (2, '[=1]"男";[=2]"女"', "女"),
        (3, '[=1]"男";[=2]"女"', "########"),
        (150, '[>100]"high";0', "high"),
        (50, '[>100]"high";0', "50"),
        (1, '"yes";"yes";"no"', "yes"),
        (0, '"yes";"yes";"no"', "no"),
    ],
)
def test_sections_and_conditions_choose_what_is_shown(value: float, code: str, shown: str) -> None:
    assert render_number(float(value), code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (MARCH_5, "yyyy-mm-dd", "2021-03-05"),
        (MARCH_5, "YYYY/M/D", "2021-03-05"),
        (MARCH_5, "mm-dd-yy", "2021-03-05"),
        (MARCH_5, '[$-804]yyyy"年"m"月"d"日";@', "2021-03-05"),
        (MARCH_5, r"[$-F800]dddd\,\ mmmm\ dd\,\ yyyy", "2021-03-05"),
        (MARCH_5, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "2021-03-05"),
        (MARCH_5, "[$-411]ge.m.d", "2021-03-05"),
        (MARCH_5 + 8.5 / 24, "yyyy-mm-dd h:mm", "2021-03-05 08:30:00"),
        (MARCH_5 + 8.5 / 24, "yyyy-mm-dd", "2021-03-05 08:30:00"),
        (44259.9999999, "yyyy-mm-dd hh:mm:ss.000", "2021-03-05"),
        (44259.9999999999, "yyyy-mm-dd", "2021-03-05"),
        (41722.4097222222, "yyyy-mm-dd hh:mm:ss", "2014-03-24 09:50:00"),
        (44260.999999, "yyyy-mm-dd h:mm", "2021-03-05 23:59:59"),
        (0.5208, "h:mm", "12:29:57"),
        (MARCH_5, 'yyyy"年"m"月"', "2021-03"),
        (MARCH_5, "yyyy/m", "2021-03"),
        (MARCH_5, "mmm-yy", "2021-03"),
        (MARCH_5, "yyyy", "2021"),
        (MARCH_5, 'yyyy"年"', "2021"),
        (MARCH_5, 'm"月"d"日"', "3月5日"),
        (MARCH_5, "d-mmm", "5-Mar"),
        (MARCH_5 + 0.25, "h:mm", "06:00:00"),
        (0.75, "h:mm AM/PM", "18:00:00"),
        (0.25, '上午/下午h"时"mm"分"', "06:00:00"),
        (1.25, "[h]:mm", "30:00:00"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (60, "yyyy-mm-dd", "1900-02-29"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (0, "yyyy-mm-dd", "1900-01-00"),
        (-1, "yyyy-mm-dd", "########"),
        (20210305, "yyyy-mm-dd", "########"),
    ],
)
def test_a_date_is_as_much_of_it_as_is_shown(value: float, code: str, shown: str) -> None:
    assert render_number(float(value), code) == shown


def test_a_calendar_from_1904_counts_from_there() -> None:
    assert render_number(0.0, "yyyy-mm-dd", date_1904=True) == "1904-01-01"
    assert render_number(MARCH_5 - 1462, "yyyy-mm-dd", date_1904=True) == "2021-03-05"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5, ";;;"),
        (0, "0;-0;;@"),
        (MARCH_5, "dddd"),
        (MARCH_5, "d"),
        (MARCH_5, "mmmm"),
        (5, "foo"),
        (5, "[foo]0"),
        (5, "0;0;0;0;0"),
    ],
)
def test_what_a_format_hides_or_nobody_can_read_is_unknown(value: float, code: str) -> None:
    with pytest.raises(ValueError, match=r"^a (format|date) "):
        render_number(float(value), code)


@pytest.mark.parametrize(
    ("number", "value", "shown"),
    [(9, 0.45, "45%"), (14, MARCH_5, "2021-03-05"), (17, MARCH_5, "2021-03"), (31, MARCH_5, "2021-03-05"), (57, MARCH_5, "2021-03"), (58, MARCH_5, "3月5日")],
)  # fmt: skip
def test_formats_known_by_number_alone_show_what_every_language_shows(number: int, value: float, shown: str) -> None:
    assert render_number(value, str(format_code(number, {}))) == shown


def test_a_format_by_number_that_means_a_time_here_and_a_date_there_is_unknown() -> None:
    assert [format_code(number, {}) for number in (34, 35, 55, 56, 164)] == [None] * 5


def test_what_the_file_declares_under_a_number_counts() -> None:
    assert format_code(14, {14: "0000"}) == "0000"


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("0004", '"BJ-"@', "BJ-0004"),
        ("x", '0;-0;0;"t "@', "t x"),
        ("x", "0.00", "x"),
        ("x", ";;", "x"),
        ("x", '0;-0;0;"no number"', "no number"),
        ("x", "foo@", "x"),
    ],
)
def test_a_text_is_shown_with_what_its_format_puts_around_it(text: str, code: str, shown: str) -> None:
    assert render_text(text, code) == shown


@pytest.mark.parametrize("serial", [44260.99950231, 44260.999999, 44260.99999996])
def test_a_day_stored_as_the_last_minute_of_the_one_before_is_not_known(serial: float) -> None:
    with pytest.raises(ValueError, match="a moment just before midnight of which only the day is shown"):
        render_number(serial, "m/d/yy")


@pytest.mark.parametrize(("value", "code"), [(0, "#"), (0, "#,###"), (0, "0;-0;;@"), (5, ";;;"), (-5, "0;")])
def test_a_number_that_its_format_hides_is_not_known(value: float, code: str) -> None:
    with pytest.raises(ValueError, match="a format that hides the number"):
        render_number(value, code)


@pytest.mark.parametrize(
    ("value", "shown"), [(1e17 + 23456789, "100000000023457000"), (123456789012345678, "123456789012346000"), (999999999999999, "999999999999999")]
)  # fmt: skip
def test_a_large_whole_number_has_no_digits_beyond_those_excel_keeps(value: float, shown: str) -> None:
    assert plain_number(float(value)) == shown


@pytest.mark.parametrize("code", [";;;", "0;-0;0;", '0;-0;0;""', "@;;;"])
def test_a_text_that_its_format_hides_is_not_known(code: str) -> None:
    with pytest.raises(ValueError, match="a format that hides the text"):
        render_text("x", code)


@pytest.mark.parametrize("code", ["General", "0", "0%", "@", "yyyy-mm-dd", "[h]:mm"])
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_no_number_is_not_known(value: float, code: str) -> None:
    with pytest.raises(ValueError, match="a value that is no finite number"):
        render_number(value, code)


@given(st.integers(-(10**9), 10**9).map(lambda n: n / 10**4), st.sampled_from(["0%", "0.00%", "0.0%;[Red]-0.0%"]))
def test_a_percentage_reads_back_as_the_stored_number(value: float, code: str) -> None:
    assert Decimal(render_number(value, code).removesuffix("%")) == Decimal(plain_number(value)) * 100


@given(st.integers(0, 10**9), st.integers(1, 8), st.sampled_from(["", "P", "BJ-", "患者"]))
def test_zero_padding_keeps_the_number_and_its_width(value: int, width: int, prefix: str) -> None:
    shown = render_number(float(value), f'"{prefix}"' + "0" * width if prefix else "0" * width).removeprefix(prefix)
    assert int(shown) == value and len(shown) == max(width, len(str(value)))


@given(
    st.integers(61, 2_958_465),
    st.sampled_from(["yyyy-mm-dd", "d/m/yyyy", 'yyyy"年"m"月"d"日"', "[$-409]dddd, mmmm d, yyyy"]),
)
def test_every_day_from_march_1900_on_is_that_day_in_every_format(serial: int, code: str) -> None:
    assert render_number(float(serial), code) == (date(1899, 12, 30) + timedelta(days=serial)).isoformat()


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    st.sampled_from(["General", "0", "0.00", "#,##0.0", "0.00E+00", "@"]),
)
def test_no_format_that_only_rounds_loses_a_digit(value: float, code: str) -> None:
    assert float(render_number(value, code)) == pytest.approx(value, rel=1e-14, abs=1e-300)


@given(st.text('0#?.,%yYmdhs/-:[];"@_*\\! EGneral月', max_size=12), st.floats(-1e7, 1e7))
def test_any_code_shows_something_or_is_said_to_be_unknown(code: str, value: float) -> None:
    with suppress(ValueError):
        assert render_number(value, code)
