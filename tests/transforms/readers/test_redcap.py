"""REDCap: dictionaries of either style, boxes never asked, decimal commas, identifiers, projects as XML."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from schemas.errors import DataRejected
from tests.reference_data import reference_path
from tests.transforms.readers.damage import cut_short, filled, flipped, mapping, outcome
from transforms.readers import read_file
from transforms.readers.redcap_dictionary import read_dictionary

PROJECTS = (
    "arm-single-longitudinal", "blank-for-gray-status", "checkboxes-1", "clinical-trial-1", "decimal-comma",
    "longitudinal", "potentially-problematic-values", "repeating-instruments", "russian", "vignette-repeating",
)  # fmt: skip
WEB_HEADER = (
    "Variable / Field Name,Form Name,Section Header,Field Type,Field Label,Choices,Field Note,"
    "Text Validation Type,Text Validation Min,Text Validation Max,Identifier?\n"
)
API_HEADER = (
    "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations,field_note,"
    "text_validation_type_or_show_slider_number,text_validation_min,text_validation_max,identifier\n"
)
FIELDS = (
    "record_id,base,,text,Record,,,,,,\n"
    "initials,base,,text,Initials,,,,,,y\n"
    'risk,base,,checkbox,Risks,"1, TP53 | -99, Unknown | 2B, KMT2A",,,,,\n'
    "dose,base,,text,Dose,,,number_2dp_comma_decimal,,,\n"
    "note,late,,text,Note,,,,,,\n"
    'late_risk,late,,checkbox,Risks,"1, One",,,,,\n'
)


def project(folder: Path, *rows: str, header: str = WEB_HEADER) -> tuple[Path, Path]:
    """An export and its dictionary."""
    columns = "record_id,initials,risk___1,risk____99,risk___2b,dose,base_complete,note,late_risk___1,late_complete"
    (folder / "data.csv").write_text("\n".join([columns, *rows]) + "\n", "utf-8")
    (folder / "dictionary.csv").write_text(header + FIELDS, "utf-8")
    return folder / "data.csv", folder / "dictionary.csv"


@pytest.mark.parametrize("header", [WEB_HEADER, API_HEADER])
def test_a_dictionary_is_read_under_either_header(tmp_path: Path, header: str) -> None:
    _, dictionary = project(tmp_path, header=header)
    fields = {field.name: field for field in read_dictionary(dictionary)}
    assert fields["risk"].columns() == ["risk___1", "risk____99", "risk___2b"]
    assert [name for name, field in fields.items() if field.identifier] == ["initials"]
    assert [name for name, field in fields.items() if field.is_number] == ["dose"]


def test_what_is_no_dictionary_is_refused(tmp_path: Path) -> None:
    data, _ = project(tmp_path)
    with pytest.raises(DataRejected, match=r"data.csv: expected a REDCap data dictionary"):
        read_dictionary(data)


def test_an_unticked_box_is_no_and_one_never_asked_is_blank(tmp_path: Path) -> None:
    data, dictionary = project(
        tmp_path,
        '1,AB,0,1,0,"1,5",2,seen,0,2',
        "2,CD,0,0,0,,0,,0,",
        "3,EF,0,0,0,,2,,0,0",
    )
    (sheet,) = read_file(data, mapping("redcap"), dictionary)
    boxes = sheet.frame.select("risk___1", "risk____99", "late_risk___1").rows()
    assert boxes == [("0", "1", "0"), ("0", "0", None), ("0", "0", None)]


def test_a_form_never_opened_leaves_all_of_its_boxes_blank(tmp_path: Path) -> None:
    data, dictionary = project(tmp_path, "1,,0,0,0,,0,,0,0")
    (sheet,) = read_file(data, mapping("redcap"), dictionary)
    assert sheet.frame.select("risk___1", "risk____99", "risk___2b").row(0) == (None, None, None)


def test_a_decimal_comma_is_that_of_its_field(tmp_path: Path) -> None:
    data, dictionary = project(tmp_path, '1,AB,0,0,0,"1,5",2,"a, b",0,2')
    (sheet,) = read_file(data, mapping("redcap"), dictionary)
    assert sheet.frame.select("dose", "note").row(0) == ("1.5", "a, b")


def test_identifiers_of_the_dictionary_are_personal(tmp_path: Path) -> None:
    data, dictionary = project(tmp_path, "1,AB,0,0,0,,2,,0,2")
    (sheet,) = read_file(data, mapping("redcap"), dictionary)
    assert sheet.personal == ("initials",)


def test_without_a_dictionary_nothing_is_interpreted(tmp_path: Path) -> None:
    data, _ = project(tmp_path, '1,AB,0,0,0,"1,5",0,,0,0')
    (sheet,) = read_file(data, mapping("redcap"))
    assert sheet.frame.select("risk___1", "dose").row(0) == ("0", "1,5")


# `russian` came by way of R, which says NA for blank, and without the dictionary that tells which boxes were never asked.
@pytest.mark.parametrize("name", [name for name in PROJECTS if name != "russian"])
def test_a_real_project_as_xml_is_the_same_table_as_its_raw_export(name: str) -> None:
    folder = reference_path(f"data/redcap/{name}")
    (from_xml,) = read_file(folder / "project.xml", mapping("redcap-xml"))
    dictionary = next(folder.glob("dictiona*.csv"), None)
    (from_csv,) = read_file(folder / "data.csv", mapping("redcap"), dictionary)
    assert set(from_xml.personal) == set(from_csv.personal) or dictionary is None
    shared = [column for column in from_csv.header if column in from_xml.header]
    assert shared == from_csv.header

    def cells(frame: pl.DataFrame) -> pl.DataFrame:
        plain = frame.select(pl.col(shared).str.replace_all(r"\s+", " "))
        return plain.select(pl.exclude("^.*_complete$")).sort(pl.all())

    different = [
        column
        for column in cells(from_xml.frame).columns
        if not cells(from_xml.frame)[column].equals(cells(from_csv.frame)[column], null_equal=True)
    ]
    assert different == []


@pytest.mark.parametrize("name", PROJECTS)
def test_every_cell_of_a_real_raw_export_but_boxes_never_asked_is_read(name: str) -> None:
    path = reference_path(f"data/redcap/{name}/data.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    (sheet,) = read_file(path, mapping("redcap"))
    boxes = [place for place, column in enumerate(header) if "___" in column]
    told = [
        cell for row in rows for place, cell in enumerate(row) if cell.strip() and (place not in boxes or cell == "1")
    ]
    unticked = sum((sheet.frame[header[place]] == "0").sum() for place in boxes)
    assert filled(sheet) == len(told) + unticked
    assert sheet.ragged == ()


def test_a_damaged_project_is_read_or_refused(tmp_path: Path) -> None:
    content = reference_path("data/redcap/repeating-instruments/project.xml").read_bytes()
    for copy in (*cut_short(content, 12), *flipped(content, 40, 7)):
        outcome(tmp_path / "a.xml", copy, mapping("redcap-xml"))
