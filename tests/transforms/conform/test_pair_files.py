"""Pairing the files of a delivery with the entries of a mapping: no file is passed over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DataRejected
from schemas.mapping import SiteMapping
from transforms.conform import pair_files

FEED = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}


def site(*files: dict[str, Any]) -> SiteMapping:
    entries = [{"format": "csv", "sheets": [{"feeds": [FEED]}], **file} for file in files]
    return SiteMapping.model_validate({"site_id": "s", "name": "S", "files": entries})


def delivery(tmp_path: Path, *names: str) -> Path:
    for name in names:
        (tmp_path / name).write_text("id,day\n")
    return tmp_path


def test_each_file_goes_to_the_entry_whose_pattern_takes_it(tmp_path: Path) -> None:
    pairs = pair_files(site({"match": "a*"}, {"match": "b*"}), delivery(tmp_path, "b.csv", "a.csv"))
    assert [(path.name, entry.match) for path, entry in pairs] == [("a.csv", "a*"), ("b.csv", "b*")]


def test_a_file_no_pattern_takes_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"c.csv: expected one of the patterns a\*; none fits"):
        pair_files(site({"match": "a*"}), delivery(tmp_path, "a.csv", "c.csv"))


def test_a_file_two_patterns_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="2 fit"):
        pair_files(site({"match": "a*"}, {"match": "*.csv", "optional": True}), delivery(tmp_path, "a.csv"))


def test_a_pattern_without_a_file_is_refused_unless_it_is_optional(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv")
    with pytest.raises(DataRejected, match=r"expected a file b\*; found none"):
        pair_files(site({"match": "a*"}, {"match": "b*"}), folder)
    assert len(pair_files(site({"match": "a*"}, {"match": "b*", "optional": True}), folder)) == 1


def test_what_office_programs_leave_behind_is_no_export(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv", "~$a.csv", ".DS_Store", "Thumbs.db")
    (folder / "__MACOSX").mkdir()
    assert [path.name for path, _ in pair_files(site({"match": "a*"}), folder)] == ["a.csv"]


def test_a_folder_or_a_dead_link_in_a_delivery_is_refused(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv")
    (folder / "inner").mkdir()
    (folder / "link.csv").symlink_to("nowhere")
    with pytest.raises(DataRejected, match=r"expected files alone; found inner, link\.csv"):
        pair_files(site({"match": "*.csv"}), folder)
