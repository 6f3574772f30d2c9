"""Numbers as a cell shows them: exactly that number, by a declared form or bare, or a question; never another number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.domains import DOMAINS
from schemas.mapping import ColumnSource, SiteMapping
from transforms.conform.doubts import Doubt, Limit
from transforms.conform.numbers import number_reader

DOSE, SHARE, COPIES, AGE = (
    ("infusion", "dose_1e5_per_kg"),
    ("response", "mrd_pct"),
    ("cell_kinetics", "copies_per_ug"),
    ("subject", "age_years"),
)
PER_KG = [
    {"text": "{n}×10^{e}/kg", "unit": "/kg"},
    {"text": "{n}×10⁶/kg", "unit": "1e6/kg"},
    {"text": "{n}×10e5/kg", "unit": "1e5/kg"},
    {"text": "{n}万/kg", "unit": "/kg", "times": 10000},
]


def read(
    column: tuple[str, str], cell: str, *forms: Any, comma: bool = False, **source: Any
) -> str | Doubt | Limit | None:
    spec = DOMAINS[column[0]].columns()[column[1]]
    declared = ColumnSource.model_validate({"column": "x", "forms": list(forms), **source})
    return number_reader(spec, declared, decimal_comma=comma)(cell)


@pytest.mark.parametrize("cell", ["12.5²", "②", "10⁶", "½", "٣", "१", "1٢", "Ⅲ", "㎏", "12.5 mg", "1_000", "0x10"])
def test_only_width_is_folded(cell: str) -> None:
    assert not isinstance(read(SHARE, cell), str)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("１２．５", "12.5"), ("４５％", "45"), ("－3", "-3"), ("−3", "-3"), ("\u200b7\ufeff", "7"), ("　8 ", "8")],
)
def test_signs_of_any_width_are_read(cell: str, expected: str) -> None:
    assert read(SHARE, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("3.2×10^6/kg", "32"),
        ("3.2 x 10^6 /KG", "32"),
        ("3.2×10⁶/kg", "32"),
        ("5×10e5/kg", "5"),
        ("200万/kg", "20"),
        ("２００万／kg", "20"),
    ],
)
def test_several_forms_of_one_column_each_say_their_unit(cell: str, expected: str) -> None:
    assert read(DOSE, cell, *PER_KG) == expected


@pytest.mark.parametrize("cell", ["2×10^8", "2×10^8 cells", "200万", "3.2×106/kg", "3.2×10^6/kg/d", "3..2×10^6/kg"])
def test_a_total_dose_or_any_other_form_is_asked_about(cell: str) -> None:
    assert read(DOSE, cell, *PER_KG) is Doubt.FORM


def test_a_bare_number_beside_forms_with_units_is_asked_about_unless_its_unit_is_said() -> None:
    assert read(DOSE, "3.2", *PER_KG) is Doubt.FORM
    assert read(DOSE, "3.2", *PER_KG, unit="1e6/kg") == "32"


@pytest.mark.parametrize("cell", ["3.2×10^6/kg", "5×10e5/kg", "200万/kg", "1,200", "1 200", "12.5 %", "3-4", "3+"])
def test_an_undeclared_form_is_asked_about_as_a_form(cell: str) -> None:
    assert read(DOSE, cell) is Doubt.FORM


@pytest.mark.parametrize("cell", ["<0.01", "< 0.01 %", ">=64", "≥64", "＜5", "小于5", "<=3"])
def test_an_undeclared_limit_is_asked_about_as_a_limit(cell: str) -> None:
    assert read(SHARE, cell) is Doubt.BOUND


def test_a_limit_is_what_the_mapping_says() -> None:
    below, stands = {"text": "<{n} %", "means": "below"}, {"text": "<{n} %", "unit": "%", "means": "value"}
    assert read(SHARE, "<0.01%", below) == Limit("below", Decimal("0.01"))
    assert read(SHARE, "＜ 0.01 ％", below) == Limit("below", Decimal("0.01"))
    assert read(SHARE, "0.5", below) == "0.5"
    assert read(SHARE, "<0.01 %", stands) == "0.01"
    assert read(COPIES, ">=64", {"text": ">={n}", "means": "above"}) == Limit("above", Decimal(64))


def test_thousands_are_thousands_only_where_declared() -> None:
    assert read(COPIES, "1,200", "{n:thousands}") == "1200"
    assert read(COPIES, "1,234,567.5", "{n:thousands}") == "1234567.5"
    assert read(COPIES, "12,00", "{n:thousands}") is Doubt.FORM
    assert read(COPIES, "1,200", comma=True) == "1.2"
    assert read(COPIES, "1.200,5", "{n:thousands}", comma=True) == "1200.5"


def test_forms_that_read_a_cell_as_different_numbers_leave_it_in_doubt() -> None:
    assert read(COPIES, "1.200", "{n:thousands}", comma=True) == "1200"
    assert read(DOSE, "3 x", {"text": "{n} x", "unit": "1e5/kg"}, {"text": "{n}x", "unit": "1e6/kg"}) is Doubt.FORM


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("6岁4月", Decimal(6) + Decimal(4) / 12), ("6岁", Decimal(6)), ("9月", Decimal("0.75")), ("6岁14月", None)],
)
def test_an_age_in_parts_is_read_by_declaration(cell: str, expected: Decimal | None) -> None:
    forms = ["{n:years}岁{n:months}月", "{n:years}岁", "{n:months}月"]
    found = read(AGE, cell, *forms)
    assert (Decimal(found) if isinstance(found, str) else None) == (
        None if expected is None else pytest.approx(expected)
    )
    assert read(AGE, cell) is Doubt.FORM


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3), st.sampled_from(["wide", "plain", "blank", "marks"]))
def test_a_number_is_read_as_exactly_its_value(number: Decimal, shown: str) -> None:
    plain = format(number, "f")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in plain)
    cell = {"wide": wide, "plain": plain, "blank": f"　{plain} ", "marks": f"\u200e{plain}"}[shown]
    found = read(COPIES, cell)
    assert isinstance(found, str)
    assert Decimal(found) == number


@given(st.text(alphabet="0123456789.,+-−eE ×x^/kg%<>≤²⁶٣①½ ０１．，％", max_size=12))
def test_any_text_of_such_signs_is_its_plain_value_or_asked_about(cell: str) -> None:
    found = read(SHARE, cell)
    if isinstance(found, str):
        folded = "".join(chr(ord(s) - 0xFEE0) if "！" <= s <= "～" else s for s in cell).replace("−", "-")
        assert Decimal(folded.strip().removesuffix("%").strip()) == Decimal(found)


@given(
    st.decimals(min_value=0, max_value=999, places=2), st.integers(0, 9), st.sampled_from(["×", "x", "X", "*", " × "])
)
def test_any_power_of_ten_is_read_as_that_number_or_asked_about(number: Decimal, power: int, times: str) -> None:
    found = read(DOSE, f"{number}{times}10^{power}/kg", *PER_KG)
    assert isinstance(found, str)
    assert Decimal(found) == number * Decimal(10) ** power / 100000


def mapping(domain: str, column: str, source: dict[str, Any]) -> None:
    required = {"subject_id": "a", "sample_date": "b", "matrix": {"constant": "blood"}, "assay": {"constant": "flow"}}
    base = {
        "infusion": {"subject_id": "a", "infusion_number": {"constant": 1}, "infusion_date": "b", "target": {"constant": "CD19"}},
        "cell_kinetics": required,
        "subject": {"subject_id": "a", "enrollment_date": "b"},
    }  # fmt: skip
    feed = {"domain": domain, "columns": {**base[domain], column: source}}
    file = {"match": "*", "format": "csv", "sheets": [{"feeds": [feed]}]}
    SiteMapping.model_validate({"site_id": "s", "name": "S", "files": [file]})


@pytest.mark.parametrize(
    ("domain", "column", "form", "what"),
    [
        ("infusion", "dose_1e5_per_kg", "{m}/kg", "expected {n}"),
        ("infusion", "dose_1e5_per_kg", "{n}/kg", "expected the unit that {n}/kg stands for"),
        ("infusion", "dose_1e5_per_kg", {"text": "{n} cells", "unit": "cells"}, "expected a unit among"),
        ("infusion", "dose_1e5_per_kg", {"text": "{n}0/kg", "unit": "/kg"}, "no digit beside"),
        ("infusion", "dose_1e5_per_kg", {"text": "{n}{e}", "unit": "/kg"}, "a sign between"),
        ("infusion", "dose_1e5_per_kg", {"text": "kg", "unit": "/kg"}, "expected one number"),
        ("infusion", "dose_1e5_per_kg", {"text": "{n:years}岁"}, "make an age"),
        ("cell_kinetics", "car_t_pct", "<{n}", "expected means: below, above or value"),
        ("infusion", "infusion_number", {"text": "<{n}", "means": "below"}, "expected value"),
        ("subject", "sex", "{n}", "belong to columns of numbers"),
    ],
)
def test_a_form_that_says_too_little_is_refused(domain: str, column: str, form: Any, what: str) -> None:
    with pytest.raises(ValueError, match=what.replace("{", r"\{").replace("}", r"\}")):
        mapping(domain, column, {"column": "x", "forms": [form]})


def test_a_number_beside_limits_in_the_unit_of_the_column_needs_no_other() -> None:
    assert read(SHARE, "0.5", {"text": "<{n} %", "unit": "%", "means": "value"}) == "0.5"


def test_after_a_digit_only_raised_digits_are_a_power() -> None:
    form = {"text": "{n}×10{e}/kg", "unit": "/kg"}
    assert read(DOSE, "3.2×10⁶/kg", form) == "32"
    assert read(DOSE, "3.2×106/kg", form) is Doubt.FORM


@pytest.mark.parametrize("cell", ["9×10^99/kg", "9" * 400 + "×10^6/kg"])
def test_a_monstrous_number_of_a_form_is_none(cell: str) -> None:
    assert not isinstance(read(DOSE, cell, *PER_KG), str)


def test_a_monstrous_logarithm_is_none() -> None:
    assert read(COPIES, "999999 log", "{n} log", unit="log10 copies/ug") is Doubt.FORM
