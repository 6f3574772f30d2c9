"""Which subject ids are the same, which only might be, and which texts are none."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.seen_text import one_width
from schemas.subject_ids import CLEAN, NO_ID, clean_id, look_of


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("P01\u200b", "P01"),
        ("\ufeffP02", "P02"),
        ("\u202aP03\u202c", "P03"),
        ("Ｐ０４", "P04"),
        ('="P05"', "P05"),
        ('="0045"', "0045"),
        ("'P06", "P06"),
        ("‘P06’", "P06"),
        ("“P06”", "P06"),
        ("「P06」", "P06"),
        ("1001.0", "1001"),
        ("1001.00", "1001"),
        ("P\u00a007", "P 07"),
        ("P\u3000 07", "P 07"),
        ("P－08", "P-08"),
        ("P–08", "P-08"),
        ("P−08", "P-08"),
        ("P\u201108", "P-08"),
        ("\x1f030611", "030611"),
        (" \t1001 ", "1001"),
        ("P\u00ad01", "P01"),
        ("Jose\u0301", "José"),
    ],
)
def test_what_looks_the_same_is_kept_as_one(sent: str, kept: str) -> None:
    assert clean_id(sent) == kept


@pytest.mark.parametrize("seen", ["P01", "0045", "45", "1.10", "P②", "P²", "P06'", "北京01", "p01", "1E5", "0045.0"])
def test_what_a_person_tells_apart_stays_apart(seen: str) -> None:
    assert clean_id(seen) == seen


def test_case_is_ignored_only_where_the_mapping_says_so() -> None:
    assert clean_id("p01") == "p01"
    assert clean_id("p01", ignore_case=True) == clean_id("P01", ignore_case=True) == "P01"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0045", "45"), ("P01", "PO1"), ("P01", "P0l"), ("P01", "P0I"), ("P01", "p01"), ("P01", "P-01"), ("P01", "P 01"),
        ("P01", "Р01"), ("A1", "Α1"), ("P01", "P001"), ("P06'", "P06"), ("P1", "P①"), ("P1", "P(1)"), ("JOSE1", "JOSÉ1"),
        ("P01", "P_01"), ("王01", "王1"),
    ],
)  # fmt: skip
def test_what_might_be_the_same_looks_alike(one: str, other: str) -> None:
    assert clean_id(one) != clean_id(other)
    assert look_of(one).signs_dropped == look_of(other).signs_dropped


def test_signs_between_digits_tell_parts_apart() -> None:
    assert (look_of("1-11").parts, look_of("11-1").parts) == ("1-11", "11-1")
    assert look_of("01-001").parts == look_of("1/1").parts == "1-1"
    assert look_of("01-001").signs_dropped == look_of("01001").signs_dropped
    assert look_of("01001").parts is None


@pytest.mark.parametrize(
    ("one", "other"), [("P01", "P02"), ("P10", "P1"), ("0045", "4500"), ("LI", "11"), ("王01", "李01")]
)
def test_what_is_another_does_not_look_alike(one: str, other: str) -> None:
    assert look_of(one).signs_dropped != look_of(other).signs_dropped


def none_of(texts: list[str]) -> list[str]:
    found = pl.Series(texts)
    return found.filter(found.str.contains(NO_ID)).to_list()


def test_what_a_spreadsheet_left_of_an_id_is_none() -> None:
    left = [
        "1.23457E+11",
        "1E+05",
        "1.5E10",
        "1,2E+11",
        "110101199001011000",
        "#N/A",
        "#REF!",
        "=A1",
        "=SUM(A2:A9)",
        "########",
        "nan",
        "NULL",
    ]
    left += ["NA", "???", "-", "P\ufffd1", "锟斤拷01", "不详"]
    assert none_of(left) == left


def test_a_line_that_says_what_a_column_holds_is_no_id() -> None:
    below_the_header = ["(text)", "[varchar]", "（文本）", "<string>", "Text", "字符型"]
    assert none_of(below_the_header) == below_the_header
    assert none_of(["(12)", "[A-7]", "Textor"]) == []


def test_an_id_is_one() -> None:
    assert none_of(["P01", "1E5", "12E3", "110101199001011234", "北京01", "NA-01", "Nan01", "001000000000000"]) == []


ids = st.text(st.characters(codec="utf-8", categories=("Lu", "Ll", "Nd", "Lo")), min_size=1, max_size=8).filter(
    lambda text: clean_id(text) == text
)
marks = st.sampled_from(["\u200b", "\ufeff", "\u200e", "\u202a", "\u2060", "\x1f", "\u00ad", "\ufe0f"])
around = st.sampled_from(["{}", " {} ", "\u3000{}\u00a0", "'{}", '"{}"', "“{}”", '="{}"', "\u200b{}", "{}\ufeff"])


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


@given(kept=ids, mark=marks, place=st.integers(0, 8), forms=st.lists(around, max_size=3), is_wide=st.booleans())
def test_any_decoration_of_an_id_is_that_id(kept: str, mark: str, place: int, forms: list[str], is_wide: bool) -> None:
    sent = kept[:place] + mark + kept[place:]
    for form in forms:
        sent = form.format(sent)
    assert clean_id(wide(sent) if is_wide else sent) == kept


@given(st.text(max_size=10))
def test_a_clean_id_stays_as_it_is(sent: str) -> None:
    kept = clean_id(sent)
    assert clean_id(kept) == kept == one_width(kept)


@given(st.from_regex(CLEAN, fullmatch=True))
def test_an_id_of_plain_letters_is_clean_as_it_stands(sent: str) -> None:
    assert clean_id(sent.rstrip("\n")) == sent.rstrip("\n")


@given(one=ids, other=ids)
def test_clean_ids_that_differ_never_become_one(one: str, other: str) -> None:
    assert (clean_id(f"'{one}") == clean_id(f'="{other}"')) == (one == other)
