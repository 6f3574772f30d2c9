"""Catalogues of SAS formats: labels in place of codes, and catalogues that come alone, late or damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import DataRejected
from schemas.mapping import FileMapping, SiteMapping
from tests.transforms.readers.damage import cut_short, flipped, mapping, outcome
from tests.transforms.readers.sas_catalog_file import write_catalog
from tests.transforms.readers.xport_file import Variable, number, side_by_side, transport_file
from transforms.conform import pair_files
from transforms.readers import read_file

FORMATS = {"SEXF": {1: "男", 2: "女"}, "$YN": {"Y": "Yes", "N": "No"}}
ENTRY = {
    "match": "*.xpt", "format": "sas", "catalog": "*.sas7bcat",
    "sheets": [{"feeds": [{"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}]}],
}  # fmt: skip


def visits(path: Path) -> Path:
    columns = side_by_side(
        Variable("id"), Variable("sex", form=("SEXF", 1, 0)), Variable("cr", 1, text=True, form=("$YN", 3, 0))
    )
    path.write_bytes(
        transport_file(
            columns, [number(1) * 2 + b"Y", number(2) + number(3) + b"?", number(3) + b".\0\0\0\0\0\0\0" + b"N"]
        )
    )
    return path


def test_a_code_is_read_as_the_label_sas_shows_and_one_without_a_label_as_itself(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "formats.sas7bcat", FORMATS)
    (sheet,) = read_file(visits(tmp_path / "a.xpt"), mapping("sas"), catalog)
    assert sheet.frame.select("sex", "cr").rows() == [("男", "Yes"), ("3", "?"), (None, "No")]


def test_without_a_catalogue_a_code_stays_the_code(tmp_path: Path) -> None:
    (sheet,) = read_file(visits(tmp_path / "a.xpt"), mapping("sas"))
    assert sheet.frame.select("sex", "cr").rows() == [("1", "Y"), ("3", "?"), (None, "N")]


def site(**changes: object) -> SiteMapping:
    return SiteMapping.model_validate({"site_id": "hz1", "name": "x", "files": [{**ENTRY, **changes}]})


def test_the_catalogue_comes_with_the_data_and_is_none_itself(tmp_path: Path) -> None:
    visits(tmp_path / "a.xpt")
    catalog = write_catalog(tmp_path / "formats.sas7bcat", FORMATS)
    (pair,) = pair_files(site(), tmp_path)
    assert pair.dictionary is not None and pair.dictionary.path == catalog
    catalog.unlink()
    with pytest.raises(
        DataRejected, match=r"expected one catalogue of formats \*\.sas7bcat; found 0; send it with the export"
    ):
        pair_files(site(), tmp_path)


def test_a_catalogue_that_no_entry_names_is_said_to_be_one(tmp_path: Path) -> None:
    visits(tmp_path / "a.xpt")
    write_catalog(tmp_path / "formats.sas7bcat", FORMATS)
    with pytest.raises(
        DataRejected, match=r"formats.sas7bcat: expected a catalogue of formats that an entry of format sas names"
    ):
        pair_files(site(catalog=None), tmp_path)


def test_a_catalogue_sent_as_data_is_told_what_it_is(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "formats.sas7bcat", FORMATS)
    with pytest.raises(
        DataRejected, match=r"found a catalogue of formats \(.sas7bcat\).* name this file under catalog"
    ):
        read_file(catalog, mapping("sas"))


def test_only_sas_has_a_catalogue() -> None:
    with pytest.raises(ValueError, match="catalog: expected none; only format sas has one"):
        FileMapping.model_validate({**ENTRY, "format": "csv"})


@pytest.mark.parametrize("content", [b"", b"id,label\n", b"**COMPRESSED** "])
def test_what_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.sas7bcat").write_bytes(content)
    with pytest.raises(DataRejected, match=r"c.sas7bcat: expected a complete SAS catalogue of formats"):
        read_file(visits(tmp_path / "a.xpt"), mapping("sas"), tmp_path / "c.sas7bcat")


def test_a_damaged_catalogue_never_ends_in_a_trace(tmp_path: Path) -> None:
    whole = write_catalog(tmp_path / "whole.sas7bcat", FORMATS).read_bytes()
    data, broken = visits(tmp_path / "a.xpt"), tmp_path / "c.sas7bcat"
    told = [_told(data, broken, content) for content in [*cut_short(whole, 60), *flipped(whole, 100, seed=3)]]
    assert {sentence[:48] for sentence in told} == {"", "c.sas7bcat: expected a complete SAS catalogue of"}


def _told(data: Path, catalog: Path, content: bytes) -> str:
    catalog.write_bytes(content)
    try:
        read_file(data, mapping("sas"), catalog)
    except DataRejected as refusal:
        return str(refusal)
    return ""


def test_a_file_of_proc_cport_is_named_with_the_way_out(tmp_path: Path) -> None:
    told = outcome(tmp_path / "a.cpt", b"**COMPRESSED** **COMPRESSED** ", mapping("sas"))
    assert told.endswith(
        "found a file of PROC CPORT; export it with PROC COPY and libname XPORT, or send the .sas7bdat"
    )
