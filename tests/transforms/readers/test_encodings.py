"""Encodings of delimited text: what can be told is read right, what can't is refused by its line, and a cut file is called cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas.errors import DataRejected
from transforms.readers.text_file import decode_content

CHINESE = "id,day,note\nP01,2021-03-05,患者完全缓解，无感染发热\nP02,2021-03-06,肺部感染伴发热，给予抗生素治疗后好转\n"
TAIWANESE = (
    "id,day,note\nP01,2021-03-05,患者完全緩解，無感染發熱\nP02,2021-03-06,肺部感染伴發熱，給予抗生素治療後好轉\n"
)
HEADERS = "編號,日期\n01,2021-03-05\n"


def read(content: bytes, encoding: str = "auto", *expected: str) -> str:
    return decode_content("a.csv", content, encoding, expected)


def refused(content: bytes, encoding: str = "auto", *expected: str) -> str:
    with pytest.raises(DataRejected) as refusal:
        read(content, encoding, *expected)
    return str(refusal.value)


def outcome(content: bytes) -> tuple[str | None, str]:
    """The text, or why it is refused."""
    try:
        return read(content), ""
    except DataRejected as refusal:
        return None, str(refusal)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "gb18030", "gbk"])
def test_chinese_text_without_a_declaration_is_read(encoding: str) -> None:
    assert read(CHINESE.encode(encoding)) == CHINESE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "big5", "gb18030"])
def test_a_header_the_mapping_names_shows_the_encoding(encoding: str) -> None:
    assert read(HEADERS.encode(encoding), "auto", "編號", "日期") == HEADERS


def test_utf_16_declared_without_its_order_is_read_in_the_order_that_shows_the_headers() -> None:
    assert read(CHINESE.encode("utf-16-be"), "utf-16", "day") == CHINESE


def test_big5_without_a_chinese_header_has_to_be_declared() -> None:
    assert "declare the encoding of the file in the mapping (encoding: big5)" in refused(TAIWANESE.encode("big5"))
    assert read(TAIWANESE.encode("big5"), "big5") == TAIWANESE


@pytest.mark.parametrize("declared", ["gbk", "gb2312", "big5", "latin-1", "cp1252", "utf-16", "shift_jis"])
def test_utf_8_under_another_declaration_is_read_as_what_it_is(declared: str) -> None:
    assert read(CHINESE.encode(), declared) == CHINESE


@pytest.mark.parametrize(("sent", "declared"), [("gbk", "utf-8"), ("gbk", "latin-1"), ("big5", "gbk"), ("gbk", "big5")])
def test_another_encoding_than_declared_is_named(sent: str, declared: str) -> None:
    text = TAIWANESE if sent == "big5" else CHINESE
    called = {"gbk": "gb18030"}.get(sent, sent)
    assert f"reads as {called}; correct encoding in the mapping" in refused(text.encode(sent), declared)


@pytest.mark.parametrize("word", ["女", "没", "啊", "男"])
def test_one_word_that_several_encodings_fit_is_asked_about_by_its_line(word: str) -> None:
    content = f"id,sex\n01,{word}\n".encode("gbk")
    assert "a.csv line 2" in refused(content)
    assert read(content, "gbk") == read(content, "auto", word) == f"id,sex\n01,{word}\n"


@pytest.mark.parametrize("cell", ["José", "Müller", "38 °C", "5 µg", "TNF-α", "é"])
def test_european_names_and_signs_in_utf_8_are_no_chinese(cell: str) -> None:
    assert read(f"id,a\n1,{cell}\n".encode()) == f"id,a\n1,{cell}\n"


@pytest.mark.parametrize("cell", ["José", "Müller", "ÀÉ", "Łódź"])
def test_european_names_in_an_encoding_of_one_byte_are_asked_about(cell: str) -> None:
    for encoding in ("cp1252", "cp1250"):
        content = f"id,a\n1,{cell}\n".encode(encoding, errors="ignore")
        if not content.isascii():
            assert "a.csv line 2" in refused(content)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([("01,感染", "utf-8"), ("02,感染", "gbk")], "line 3: expected UTF-8, as line 2 is"),
        ([("01,感染", "gbk"), ("02,发热", "gbk"), ("03,感染", "utf-8")], "line 4: expected the encoding of line 2; found UTF-8"),
        ([("01,感染", "utf-8"), ("02,感染", "utf-8"), ("03,Müller", "cp1252")], "line 4: expected UTF-8"),
        ([("01,患者感染发热", "gbk"), ("02,缓解", "gbk"), ("03,發燒後緩解", "big5")], "line 4: expected gb18030"),
    ],
)  # fmt: skip
def test_a_line_of_another_encoding_than_the_rest_is_named(lines: list[tuple[str, str]], told: str) -> None:
    content = b"id,note\n" + b"".join(line.encode(encoding) + b"\n" for line, encoding in lines)
    assert f"a.csv {told}" in refused(content)


def test_a_line_of_gbk_that_fits_utf_8_by_chance_is_named_among_chinese_of_utf_8() -> None:
    content = "id,sex\n01,男\n".encode() + "02,女\n".encode("gbk")
    assert "a.csv line 3: expected UTF-8" in refused(content)
    assert read("id,note\n01,TNF-α 升高\n02,β2\n03,José\n".encode())


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "idna", "unicode_escape"])
def test_what_is_no_encoding_of_a_file_is_unknown(name: str) -> None:
    assert "unknown encoding" in refused(CHINESE.encode(), name)


def test_utf_16_declared_in_the_wrong_order_or_as_something_else_is_read_where_its_headers_show_it() -> None:
    content = CHINESE.encode("utf-16-le")
    assert read(content, "utf-16-be", "day") == read(content, "gbk", "day") == CHINESE


def test_a_stray_byte_is_named_by_its_line_and_place() -> None:
    lines = CHINESE.encode().splitlines(keepends=True)
    content = lines[0] + lines[1][:15] + b"\xa0" + lines[1][15:] + lines[2]
    assert "a.csv line 2: expected text as utf-8; found a byte that is none, 0xA0, byte 16 of the line" in refused(
        content
    )
    among_gbk = b"id,a\n01," + "北京".encode("gbk") + b",\xff" + "感染".encode("gbk") + b"\n"
    assert "a.csv line 2: expected text as utf-8 or gb18030; found a byte that is none, 0xFF" in refused(among_gbk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_that_ends_within_a_character_was_cut(encoding: str) -> None:
    assert "a.csv line 3: the file ends within a character" in refused(CHINESE.encode(encoding)[:-3])


def test_a_file_filled_up_with_nul_was_not_written_to_its_end() -> None:
    assert "was not written to its end" in refused(CHINESE.encode() + b"\0" * 400)


def test_the_euro_sign_of_windows_and_characters_of_four_bytes_are_read_among_gbk() -> None:
    content = CHINESE.encode("gbk") + b"P03,2021-03-07,\x80 5\n" + "P04,2021-03-07,㐀\n".encode("gb18030")
    assert read(content).splitlines()[3:] == ["P03,2021-03-07,€ 5", "P04,2021-03-07,㐀"]


def test_a_mark_that_is_not_true_is_refused() -> None:
    assert "a.csv line" in refused(b"\xef\xbb\xbf" + CHINESE.encode("gbk"))


@pytest.mark.parametrize("encoding", ["iso2022_jp", "hz"])
def test_encodings_that_look_like_plain_letters_are_asked_about(encoding: str) -> None:
    content = "id,a\n1,感染\n".encode(encoding)
    assert "declare the encoding" in refused(content)
    assert read(content, encoding) == "id,a\n1,感染\n"


COMMON = "患者完全缓解无感染发热肺部伴给予抗生素治疗后好转阳性阴男女第一次复输注出院死亡白血病"
HAN = st.text(st.sampled_from(COMMON), min_size=1, max_size=6)
LATIN = st.text(st.sampled_from("abcXYZ019éüñßÀÉøç"), min_size=1, max_size=6)
CELLS = st.one_of(HAN, LATIN)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk", "big5", "cp1252", "shift_jis", "utf-16-le", "utf-16-be")


@given(cells=st.lists(CELLS, min_size=1, max_size=6), encoding=st.sampled_from(ENCODINGS))
def test_any_text_is_read_as_it_was_written_or_refused(cells: list[str], encoding: str) -> None:
    text = "id,note\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells))
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        assume(False)
    found, told = outcome(content)
    assert found == text or re.match(r"a.csv( line \d+)?: ", told)


@given(place=st.integers(0, len(CHINESE.encode())), stray=st.integers(0x80, 0xFF))
def test_utf_8_with_a_byte_too_many_is_refused_wherever_it_stands(place: int, stray: int) -> None:
    content = CHINESE.encode()
    assert refused(content[:place] + bytes((stray,)) + content[place:]).startswith("a.csv line ")


@given(place=st.integers(40, len(CHINESE.encode()) - 1))
def test_a_file_cut_anywhere_is_read_up_to_there_or_refused(place: int) -> None:
    found, told = outcome(CHINESE.encode()[:place])
    assert "cut short" in told if found is None else CHINESE.startswith(found)
