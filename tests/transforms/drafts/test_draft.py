"""First drafts of mappings: they read the export they were made from, mark every guess, and quote no subject."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import polars as pl
import pyreadstat
import pytest

from flows.settings import REPOSITORY
from schemas.errors import DataRejected, UsageError
from schemas.mapping import SiteMapping
from schemas.yaml_file import load_yaml
from transforms.drafts import draft_mapping
from transforms.drafts.words import Meaning, meaning_of
from transforms.stage import stage_export

SAMPLES = sorted((REPOSITORY / "studies").glob("*/landing/*/*/*"))
# Numbered codes under private names: only the site's code book tells what they mean.
WITHOUT_WORDS = ("SecondCART_DATA_2023-06-30.csv",)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("性别", Meaning("subject", "sex")),
        ("CAR-T剂量(×10^6/kg)", Meaning("infusion", "dose_1e5_per_kg")),
        ("CD22回输日期", Meaning("infusion", "infusion_date", target="CD22")),
        ("疗效2日期", Meaning("response", "assessment_date", number=2)),
        ("CRS1分级", Meaning("adverse_event", "grade", "CRS", 1)),
        ("aGVHD onset", Meaning("adverse_event", "start_date", "acute GVHD")),
        ("D28 response", Meaning("response", "response")),
        ("IT.DM.AGE", Meaning("subject", "age_years")),
        ("ward", None),
    ],
)
def test_a_header_means_what_its_words_say(header: str, meaning: Meaning | None) -> None:
    assert meaning_of(header) == meaning


def drafted(path: Path, folder: Path) -> tuple[str, SiteMapping]:
    text = draft_mapping(path, "new_site")
    (folder / "draft.yaml").write_text(text, "utf-8")
    return text, load_yaml(folder / "draft.yaml", SiteMapping)


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if path.name not in WITHOUT_WORDS], ids=lambda path: path.name
)
def test_a_draft_reads_the_export_it_was_made_from(path: Path, tmp_path: Path) -> None:
    try:
        text, site = drafted(path, tmp_path)
    except UsageError:
        assert "nothing could be guessed" in draft_mapping(path, "new_site")
        return
    staged = stage_export(path, site.files[0], site)
    assert staged["sheets"]["rows_read"].sum() > 0
    accepted = sum(frame.height for name, frame in staged.items() if name.startswith("accepted."))
    assert accepted > 0
    assert text.count("# guess") > 5


def test_most_of_a_wide_sheet_is_guessed_right(tmp_path: Path) -> None:
    path = next(path for path in SAMPLES if path.name == "病例资料.csv")
    text, site = drafted(path, tmp_path)
    staged = stage_export(path, site.files[0], site)
    assert staged["accepted.infusion"]["target"].value_counts().sort("target").rows() == [("CD19", 20), ("CD22", 20)]
    assert staged["accepted.response"].height == 40
    assert site.files[0].sheets[0].personal == ["姓名"]
    assert 'dates: ["%Y年%m月%d日"]' in text


def test_a_draft_quotes_no_name_and_no_free_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "编号,姓名,备注,性别,入组日期\n001,王小明,诉头痛,男,2021-01-01\n002,李四,无,女,2021-01-02\n", "utf-8"
    )
    text = draft_mapping(tmp_path / "a.csv", "s")
    assert not any(value in text for value in ("王小明", "李四", "诉头痛", '"001'))
    assert "# not guessed: 备注 (text, 2 of 2 filled, 2 distinct)" in text


def test_dates_that_could_be_read_two_ways_are_left_to_the_site(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Patient,Enrolled\n1,01/02/2021\n2,03/04/2021\n", "utf-8")
    text = draft_mapping(tmp_path / "a.csv", "s")
    assert "day/month and month/day both read every date; ask the site and keep one" in text


@pytest.mark.parametrize(
    ("name", "error"), [("a.pdf", UsageError), ("missing.csv", UsageError), ("a.xlsx", DataRejected)]
)
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, error: type[Exception]) -> None:
    if name != "missing.csv":
        (tmp_path / name).write_bytes(b"nothing of the kind")
    with pytest.raises(error, match=name):
        draft_mapping(tmp_path / name, "s")


def labelled_sav(path: Path) -> None:
    frame = pd.DataFrame({"Patient": ["0045", "0046"], "Sex": [1.0, 2.0], "Enrolled": [13834281600.0, 13834368000.0]})
    pyreadstat.write_sav(
        frame, path, variable_value_labels={"Sex": {1: "Male", 2: "Female"}}, variable_format={"Enrolled": "EDATE10"}
    )


PLAIN = pd.DataFrame({"Patient": ["0045", "0046"], "Sex": ["male", "female"], "Enrolled": ["2021-03-05", "2021-03-06"]})


@pytest.mark.parametrize(
    ("file", "write"),
    [
        ("a.sav", labelled_sav),
        ("a.dta", lambda path: pyreadstat.write_dta(PLAIN, path)),
        ("a.parquet", PLAIN.to_parquet),
        ("a.feather", PLAIN.to_feather),
        ("a.jsonl", lambda path: PLAIN.to_json(path, orient="records", lines=True)),
        ("a.json", lambda path: PLAIN.to_json(path, orient="records")),
        ("a.csv.gz", lambda path: PLAIN.to_csv(path, index=False)),
    ],
)
def test_a_draft_of_each_format_reads_the_export(file: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path / file)
    _, site = drafted(tmp_path / file, tmp_path)
    staged = stage_export(tmp_path / file, site.files[0], site)["accepted.subject"]
    assert staged.select("subject_id", "sex", pl.col("enrollment_date").cast(pl.String)).rows() == [
        ("new_site-0045", "male", "2021-03-05"),
        ("new_site-0046", "female", "2021-03-06"),
    ]
    assert fnmatch(file, site.files[0].match)


def test_a_file_no_draft_can_be_made_of_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(
        UsageError, match=r"a.pdf: expected an export that can be read; found a PDF; a PDF holds no cells"
    ):
        draft_mapping(tmp_path / "a.pdf", "s")
