"""Names of files: one text whichever system wrote it, and what no person put there."""

from __future__ import annotations

import unicodedata

import pytest

from transforms.conform.file_names import fits_name, is_leftover


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_the_same_as_macos_and_as_windows_write_it(form: str) -> None:
    assert fits_name(unicodedata.normalize(form, "Hôpital é.csv"), unicodedata.normalize("NFD", "hôpital*".title()))


@pytest.mark.parametrize(("name", "fits"), [("a.CSV", True), ("a.Csv", True), ("A.csv", False), ("b.csv", False)])
def test_the_case_of_an_ending_makes_no_other_file(name: str, fits: bool) -> None:
    assert fits_name(name, "a.csv") is fits
    assert fits_name(name, "a*.csv") is fits


@pytest.mark.parametrize(
    "name", ["Thumbs.db", "thumbs.db", "Desktop.ini", "~WRL0001.tmp", "~$a.xlsx", "._a.csv", "__MACOSX", "@eaDir"]
)
def test_what_programs_leave_behind_is_known(name: str) -> None:
    assert is_leftover(name)


@pytest.mark.parametrize("name", ["a.csv", "tmp.csv", "export.tmp", "a.csv.part", "recycled.csv"])
def test_what_may_be_an_export_is_none_of_it(name: str) -> None:
    assert not is_leftover(name)
