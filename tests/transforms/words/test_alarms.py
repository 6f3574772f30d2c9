"""Alarms of a night in words: made of their kind and arguments, in each language."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from transforms.words import said_alarm, with_alarm_words, words_in


@pytest.mark.parametrize(
    ("kind", "arguments", "language", "said"),
    [
        ("no export yet", '{"day": null, "days": 7}', "en", "no export was ever received; one is due every 7 days"),
        ("missing export", '{"day": "2024-01-01", "days": 1}', "en", "no export since 2024-01-01; one is due every 1 day"),
        ("missing export", '{"day": "2024-01-01", "days": 7}', "zh", "2024-01-01 之后未收到导出；应每 7 天提交一次"),
        ("limit exceeded", '{"n": 1, "of": 3, "rule": "r", "limit": 50.0}', "en", "1 of 3 records fails r; the site's limit is 50%"),
        ("overdue answers", '{"n": 1, "day": "2024-02-09"}', "en", "1 question the site said it would correct is open again; the first was due on 2024-02-09"),
        ("refused answers", '{"n": 2, "file": "s/a.xlsx", "row": 3}', "en", "s/a.xlsx: 2 rows of answers, from row 3 on, can't be used; cartrove site answers names each with what mends it"),
        ("answers gone", '{"n": 1, "file": "s/a.xlsx"}', "en", "s/a.xlsx: 1 answer that counted last night is in no list any more, so the question is open again; put the list back unless it was removed on purpose"),
        ("unread answers", '{"n": 1, "file": "s/a.xlsx", "row": null}', "zh", "s/a.xlsx：答复清单无法读取；cartrove site answers 会说明原因"),
        ("second malignancy", '{"n": 2, "positive": 1, "negative": 0, "not_done": 0, "unknown": 1}', "en", "second malignancy: 2 records new, or with another test for the transgene (positive 1, negative 0, not done 0, unknown 1); records are in core.adverse_event"),
        ("second malignancy", '{"n": 1, "positive": 0, "negative": 0, "not_done": 1, "unknown": 0}', "zh", "继发肿瘤：1 条记录为新增或CAR转基因检测结果有更新（阳性 0，阴性 0，未检测 1，未知 0）；记录见 core.adverse_event"),
        ("rejected export", '{"why": "a.csv: expected a column day"}', "zh", "a.csv: expected a column day"),
    ],
)  # fmt: skip
def test_an_alarm_is_said_from_its_kind(kind: str, arguments: str, language: Any, said: str) -> None:
    assert said_alarm(kind, arguments, words_in(language)) == said


def test_the_words_stand_beside_the_keys() -> None:
    row = {"study_id": "s", "site_id": "a", "kind": "unread column", "arguments": '{"n": 2}'}
    (found,) = with_alarm_words(pl.DataFrame([row]), words_in("en")).to_dicts()
    assert found == row | {"what": "no cell of 2 columns could be read; the question list says which"}
