"""Names, telephones, identity numbers and addresses in cells: blanked before anything is made of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.mapping import SiteMapping
from tests.privacy.personal_corpus import draw
from transforms.conform.personal_texts import (
    ALL,
    IN_WORDS,
    MAIL,
    NAME,
    PLAIN,
    RESIDENT_ID,
    TELEPHONE,
    WIDE,
    as_seen,
    looks_personal,
)
from transforms.stage import stage_export

# The patterns as Python's own engine knows them, to draw texts from.
PATTERNS = [
    pattern.replace(r"[\p{Han}A-Za-z0-9]", "[一-龥A-Za-z0-9]")
    .replace(r"\p{Han}", "[一-龥]")
    .replace(r"\p{Lu}", "[A-Z]")
    .replace(r"[\p{L}'-]", "[A-Za-z'-]")
    .replace(r"\x{FF1A}", "：")
    for pattern in (RESIDENT_ID, TELEPHONE, MAIL, IN_WORDS, NAME)
]

FEEDS: list[dict[str, Any]] = [
    {"domain": "subject", "columns": {"subject_id": "编号", "enrollment_date": "入组"}},
    {
        "domain": "adverse_event",
        "columns": {
            "subject_id": "编号", "term": {"constant": "other"}, "term_text": "备注", "start_date": "入组",
            "grade": "分级", "grading_scale": {"constant": "CTCAE 5"},
        },
    },
    {
        "domain": "cell_kinetics",
        "columns": {
            "subject_id": "编号", "sample_date": "入组", "matrix": {"constant": "blood"},
            "assay": {"constant": "qPCR"}, "copies_per_ug": "拷贝",
        },
    },
]  # fmt: skip


def stage(tmp_path: Path, remark: str, copies: str = "1", **sheet: Any) -> dict[str, pl.DataFrame]:
    """One row of the subject 王小明, with a remark and a number of copies."""
    entry = {"personal": ["姓名"], "feeds": FEEDS, **sheet}
    site = SiteMapping.model_validate(
        {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "csv", "sheets": [entry]}]}
    )
    path = tmp_path / "a.csv"
    path.write_text(f'编号,姓名,入组,分级,备注,拷贝\n001,王小明,2021-01-01,2,"{remark}",{copies}\n', "utf-8")
    return stage_export(path, site.files[0], site)


def everything(staged: dict[str, pl.DataFrame]) -> str:
    """All that was staged, as one text."""
    return "\n".join(frame.write_ndjson() for frame in staged.values())


@pytest.mark.parametrize(
    ("remark", "secret"),
    [
        ("身份证 11010519491231002X 已核对", "11010519491231002X"),
        ("id110105199003078515", "110105199003078515"),
        ("sample S110105199003078515", None),
        ("电话13812345678", "13812345678"),
        ("mobile 138-1234-5678", "138-1234-5678"),
        ("call +86 13812345678", "13812345678"),
        ("座机 010-62345678", "62345678"),
        ("phone (405) 321-1111", "321-1111"),
        ("mail wang@example.com", "wang@example.com"),
        ("患者姓名：李四光 发热", "李四光"),
        ("联系人: 赵钱孙", "赵钱孙"),
        ("王女士诉头痛", "王女士"),
        ("patient: Smith felt dizzy", "Smith"),
        ("Mr. Smith felt dizzy", "Smith"),
        ("王小明 发热", "王小明"),
    ],
)
def test_personal_data_in_a_remark_blanks_the_cell_and_asks_the_site(
    tmp_path: Path, remark: str, secret: str | None
) -> None:
    staged = stage(tmp_path, remark)
    found = staged["problems"].filter(rule_id="cell.personal_data").select("source_row", "source_column").rows()
    if secret is None:
        assert found == []
    else:
        assert found == [(2, "备注")]
        assert secret not in everything(staged)
        assert staged["accepted.adverse_event"]["term_text"].to_list() == [None]
    assert staged["accepted.subject"].height == 1


@pytest.mark.parametrize(
    "remark",
    [
        "发热38.5℃, 持续3天",
        "WBC 12.5x10^9/L",
        "IL-6 13512.5 pg/mL",
        "2021-01-01 至 2021-02-01",
        "样本号 20210305001",
        "grade: mild",
    ],
)
def test_what_only_looks_like_it_stays(tmp_path: Path, remark: str) -> None:
    staged = stage(tmp_path, remark)
    assert staged["accepted.adverse_event"]["term_text"].to_list() == [remark]


def test_a_count_of_copies_is_no_telephone_but_an_identity_number_is_never_a_count(tmp_path: Path) -> None:
    assert stage(tmp_path, "", "13812345678")["accepted.cell_kinetics"]["copies_per_ug"].to_list() == [13812345678.0]
    staged = stage(tmp_path, "", "110105194912310021")
    assert "110105194912310021" not in everything(staged)


def test_a_column_the_mapping_declares_harmless_is_left_alone(tmp_path: Path) -> None:
    staged = stage(tmp_path, "13812345678", never_personal=["备注"])
    assert staged["accepted.adverse_event"]["term_text"].to_list() == ["13812345678"]


def test_subject_ids_are_hashed_under_the_key(tmp_path: Path) -> None:
    def subject(key: bytes, written: str) -> str:
        entry = {"personal": ["姓名"], "ignored": ["分级", "备注", "拷贝"], "feeds": FEEDS[:1]}
        file = {"match": "*", "format": "csv", "sheets": [entry]}
        site = SiteMapping.model_validate({"site_id": "s", "name": "S", "pseudonyms": True, "files": [file]})
        path = tmp_path / "a.csv"
        path.write_text(f"编号,姓名,入组,分级,备注,拷贝\n{written},王小明,2021-01-01,,,\n", "utf-8")
        return str(stage_export(path, site.files[0], site, None, key)["accepted.subject"]["subject_id"][0])

    one = subject(b"secret", "00123")
    assert one == subject(b"secret", "００123")
    assert one.startswith("s-") and len(one) == len("s-") + 12 and "123" not in one[:5]
    assert one != subject(b"another", "00123")
    assert one != subject(b"secret", "00124")


NAMES = [
    "张三",
    "于 洋",
    "欧阳娜娜",
    "阿依古丽·买买提",
    "P06(张三)",
    "P06 王小明",
    "Zhang San",
    "O'Neil, Anna",
    "J. Smith",
]
NO_NAMES = ["0045", "P-06", "PAT_7", "江苏-001", "江苏001", "患者01", "Arm A", "CAR T", "BJ 07", "试验组"]


@pytest.mark.parametrize(("ids", "told"), [(NAMES, [(2, "编号", f"× {len(NAMES)}")]), (NO_NAMES, [])])
def test_ids_that_are_names_of_persons_are_asked_about_once_a_column_and_read(
    tmp_path: Path, ids: list[str], told: list[Any]
) -> None:
    for never, expected in (([], told), (["编号"], [])):
        sheet = {"feeds": FEEDS[:1], "ignored": ["分级", "备注", "拷贝"], "never_personal": never}
        site = SiteMapping.model_validate(
            {"site_id": "s", "name": "S", "files": [{"match": "*", "format": "csv", "sheets": [sheet]}]}
        )
        rows = [f'"{name}",2021-01-01,,,' for name in ids]
        (tmp_path / "a.csv").write_text("\n".join(["编号,入组,分级,备注,拷贝", *rows]), "utf-8")
        staged = stage_export(tmp_path / "a.csv", site.files[0], site)
        asked = staged["problems"].filter(rule_id="file.named_subjects")
        assert asked.select("source_row", "source_column", "about").rows() == expected
        assert staged["accepted.subject"].height == len(ids)


def test_of_a_corpus_of_remarks_hardly_one_is_told_wrongly() -> None:
    texts = pl.DataFrame(draw(2400), schema=["text", "personal"], orient="row")
    found, personal = looks_personal(texts["text"]), texts["personal"]
    assert (found & personal).sum() >= 0.99 * personal.sum()
    assert (found & personal).sum() >= 0.98 * found.sum()


@pytest.mark.parametrize("pattern", PATTERNS, ids=range(len(PATTERNS)))
@settings(max_examples=60)
@given(data=st.data())
def test_what_a_pattern_finds_is_never_passed_over_by_the_question_before_it(pattern: str, data: st.DataObject) -> None:
    """A text drawn from each pattern, written as people may write it: in full width, with another dash or an unseen sign."""
    text = data.draw(st.from_regex(re.compile(pattern), fullmatch=False))
    width = {plain: wide for plain, wide in zip(PLAIN, WIDE, strict=True) if data.draw(st.booleans())}
    written = "".join(width.get(sign, sign) for sign in text).replace("-", data.draw(st.sampled_from("-\u2013\u2212")))
    both = pl.Series([text, written])
    seen = looks_personal(both)
    assert (as_seen(both).str.contains(ALL) == seen).all()


def test_numbers_of_identity_in_a_column_of_numbers_are_found_and_telephones_are_not() -> None:
    asked = pl.Series(["13812345678", "11010519491231002X"])
    assert looks_personal(asked, among_numbers=True).to_list() == [False, True]
