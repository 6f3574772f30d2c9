"""The printed tables of adverse events say what the rows hold, in both languages, and hide nothing that is unknown."""

from __future__ import annotations

import re
from functools import cache

import pytest

from schemas.language import Language
from schemas.protocol import Protocol
from tests.transforms.analyses.test_adverse_events import STATED, TABLES, rows_of, tables_of
from tests.transforms.endpoints.tiny_study import PROTOCOL
from transforms.analyses.rows import analysis_frame, reason_frame
from transforms.reports.adverse_events import adverse_event_parts
from transforms.reports.parts import Part
from transforms.reports.queries import Queries
from transforms.words import Names, Words
from transforms.words.results import worded


@cache
def parts(language: Language) -> tuple[Part, ...]:
    translations = {"zh": {"Pneumonia": "肺炎"}}
    rows = rows_of(tables_of(TABLES))
    names = Names.of(Protocol.model_validate({**PROTOCOL, **STATED, "translations": translations}))
    said = Words(language, translations.get(language, {}), names)
    analysis = worded(analysis_frame("tiny", rows), reason_frame("tiny", rows), names, said)
    return tuple(adverse_event_parts(analysis, Queries("tiny", analysis), said))


def printed(part: Part) -> dict[str, tuple[str, ...]]:
    return {cells[0]: tuple(cells[1:]) for cells in part.table.rows}


def test_a_line_says_who_had_it_by_worst_grade_and_how_often() -> None:
    whole = printed(parts("en")[0])
    assert whole["– Pneumonia"][:7] == ("1/4 (25.0)", "0", "0", "1", "0", "0", "0")
    assert whole["Any adverse event"][0] == "4/4 (100.0)"
    assert whole["Any adverse event"][-2].startswith("1.31 (")


def test_not_coded_stands_last_with_the_kinds_below_it() -> None:
    lines = list(printed(parts("en")[0]))
    assert lines[-2:] == ["Not coded", "– other"]


def test_each_span_has_a_table_and_so_has_what_has_no_day() -> None:
    titles = [part.title for part in parts("en")]
    assert [bool(re.search("0–30", title)) for title in titles].count(True) == 2
    assert any("onset unknown" in title for title in titles)
    assert all(len(row) == len(part.table.header) for part in parts("en") for row in part.table.rows)


@pytest.mark.parametrize("number", range(8))
def test_both_languages_print_the_same_numbers(number: int) -> None:
    def numbers(part: Part) -> list[list[str]]:
        return [re.findall(r"\d+(?:\.\d+)?", " ".join(cells[1:])) for cells in part.table.rows]

    assert len(parts("en")) == len(parts("zh"))
    assert numbers(parts("en")[number]) == numbers(parts("zh")[number])


def test_chinese_readers_read_chinese() -> None:
    assert "– 肺炎" in printed(parts("zh")[0])
    assert "未编码" in printed(parts("zh")[0])
    assert "Not coded" not in str(parts("zh"))
