"""Pairing the files of a delivery with the entries of a mapping: no file is passed over in silence."""

from __future__ import annotations

import stat
import zipfile
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
    assert [(pair.file.name, pair.entry.match) for pair in pairs] == [("a.csv", "a*"), ("b.csv", "b*")]


def test_a_file_no_pattern_takes_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"c.csv: expected one of the patterns a\*; none fits"):
        pair_files(site({"match": "a*"}), delivery(tmp_path, "a.csv", "c.csv"))


def test_a_file_of_a_kind_that_is_not_read_is_named_by_it(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"c.rar: expected one of a\*; found an archive that is not read; unpack it"):
        pair_files(site({"match": "a*"}), delivery(tmp_path, "a.csv", "c.rar"))


def test_a_file_two_patterns_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="2 fit"):
        pair_files(site({"match": "a*"}, {"match": "*.csv", "optional": True}), delivery(tmp_path, "a.csv"))


def test_a_pattern_without_a_file_is_refused_unless_it_is_optional(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv")
    with pytest.raises(DataRejected, match=r"expected a file b\*; found only "):
        pair_files(site({"match": "a*"}, {"match": "b*"}), folder)
    assert len(pair_files(site({"match": "a*"}, {"match": "b*", "optional": True}), folder)) == 1


def test_what_office_programs_leave_behind_is_no_export(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv", "~$a.csv", ".DS_Store", "Thumbs.db")
    (folder / "__MACOSX").mkdir()
    assert [pair.file.name for pair in pair_files(site({"match": "a*"}), folder)] == ["a.csv"]


def test_a_folder_or_a_dead_link_in_a_delivery_is_refused(tmp_path: Path) -> None:
    folder = delivery(tmp_path, "a.csv")
    (folder / "inner").mkdir()
    (folder / "link.csv").symlink_to("nowhere")
    with pytest.raises(DataRejected, match=r"expected files alone; found inner, link\.csv"):
        pair_files(site({"match": "*.csv"}), folder)


def zipped(path: Path, **contents: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in contents.items():
            archive.writestr(name.replace("__", "/") + ".csv", text)
    return path


def test_files_of_a_zip_count_as_if_they_lay_beside_it(tmp_path: Path) -> None:
    zipped(tmp_path / "export.zip", inner__a="id,day\n1,2021-01-01\n", b="id,day\n")
    pairs = pair_files(site({"match": "a*"}, {"match": "b*"}), tmp_path)
    assert [pair.file.place.relative_to(tmp_path).as_posix() for pair in pairs] == [
        "export.zip/b.csv",
        "export.zip/inner/a.csv",
    ]
    with pairs[1].file.opened(tmp_path / "scratch") as path:
        assert path.read_text() == "id,day\n1,2021-01-01\n"
    assert not list((tmp_path / "scratch").iterdir())


def test_a_chinese_name_packed_on_windows_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        member = zipfile.ZipInfo("placeholder")
        archive.writestr(member, "id,day\n")
    raw = (tmp_path / "x.zip").read_bytes().replace(b"placeholder", "病例表1.csv".encode("gb18030"))
    (tmp_path / "x.zip").write_bytes(raw)
    assert [pair.file.name for pair in pair_files(site({"match": "病例*"}), tmp_path)] == ["病例表1.csv"]


def hostile(path: Path, kind: str) -> None:
    """An archive that no site sends by mistake."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind == "link":
            member = zipfile.ZipInfo("a.csv")
            member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, "/etc/passwd")
        elif kind == "bomb":
            with archive.open("a.csv", "w", force_zip64=True) as member_file:
                for _ in range(1100):
                    member_file.write(bytes(2**20))
        else:
            archive.writestr(
                {"above": "../a.csv", "absolute": "/a.csv", "drive": "c:\\a.csv", "nested": "a.zip"}[kind], "id"
            )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("link", "found a link"),
        ("above", "a path that leaves it"),
        ("absolute", "a path that leaves it"),
        ("drive", "a path that leaves it"),
        ("nested", "an archive inside the archive"),
        ("bomb", "unpacks to more than 1024 MiB"),
    ],
)
def test_a_hostile_archive_is_refused(tmp_path: Path, kind: str, said: str) -> None:
    hostile(tmp_path / "x.zip", kind)
    with pytest.raises(DataRejected, match=said):
        pair_files(site({"match": "a*"}), tmp_path)


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    hostile(tmp_path / "x.zip", "bomb")
    raw = (tmp_path / "x.zip").read_bytes()
    size = (1100 * 2**20).to_bytes(4, "little")
    assert size in raw
    (tmp_path / "x.zip").write_bytes(raw.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(DataRejected):
        pair_files(site({"match": "a*"}), tmp_path)


def test_the_data_dictionary_comes_with_the_export_and_is_none_itself(tmp_path: Path) -> None:
    entry = {"match": "*.csv", "format": "redcap", "dictionary": "*Dictionary*.csv"}
    (pair,) = pair_files(site(entry), delivery(tmp_path, "P_DATA.csv", "P_DataDictionary.csv"))
    assert pair.file.name == "P_DATA.csv"
    assert pair.dictionary is not None and pair.dictionary.name == "P_DataDictionary.csv"
    (tmp_path / "P_DataDictionary.csv").unlink()
    with pytest.raises(DataRejected, match=r"expected one data dictionary \*Dictionary\*\.csv; found 0"):
        pair_files(site(entry), tmp_path)


def test_a_zip_of_macos_or_windows_gives_its_export_and_nothing_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.ZIP", "w") as archive:
        archive.writestr("export\\a.CSV", "id,day\n")
        archive.writestr("__MACOSX/export/._a.CSV", "x")
        archive.writestr("export\\Thumbs.db", "x")
    assert [pair.file.name for pair in pair_files(site({"match": "a*.csv"}), tmp_path)] == ["a.CSV"]
