"""REDCap exports as people make them: any delimiter, labels for values and headers, JSON, reports without a status."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import FEED, mapping
from transforms.readers import Sheet, read_file
from transforms.readers.redcap_dictionary import read_dictionary

DICTIONARY = [
    ["Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label", "Choices", "Field Note",
     "Text Validation Type", "Text Validation Min", "Text Validation Max", "Identifier?", "Branching", "Required?",
     "Alignment", "Question Number", "Matrix", "Ranking", "Field Annotation"],
    ["record_id", "base", "", "text", "Study <b>ID</b>"],
    ["initials", "base", "", "text", "Initials", "", "", "", "", "", "y"],
    ["dose", "base", "", "text", "Dose", "", "", "number"],
    ["ae", "toxicity", "", "checkbox", "Toxicity; 10^6 | any", "1, CRS | 2, ICANS, grade 3 | -99, Unknown"],
    ["ae_days", "toxicity", "", "calc", "Days", "datediff([a],[b],'d')"],
    ["ae_text", "toxicity", "", "text", "Summary", "", "", "", "", "", "", "", "", "", "", "", "", "@CALCTEXT([dose])"],
    ["ae_note", "toxicity", "", "notes", "Note"],
]  # fmt: skip
API_KEYS = (
    "field_name", "form_name", "section_header", "field_type", "field_label", "select_choices_or_calculations",
    "field_note", "text_validation_type_or_show_slider_number", "text_validation_min", "text_validation_max",
    "identifier", "branching_logic", "required_field", "custom_alignment", "question_number", "matrix_group_name",
    "matrix_ranking", "field_annotation",
)  # fmt: skip
NAMES = [
    "record_id", "initials", "dose", "base_complete", "ae___1", "ae___2", "ae____99", "ae_days", "ae_text", "ae_note",
    "toxicity_complete",
]  # fmt: skip
BOXES = NAMES[4:7]
# The second has not opened the form; what REDCap calculates stands in it all the same. The third has, and ticked nothing.
ROWS = [
    ["1", "AB", "1.5", "2", "1", "0", "0", "3", "1.5", "seen", "2"],
    ["2", "CD", "2", "2", "0", "0", "0", "4", "2", "", "0"],
    ["3", "EF", "3", "2", "0", "0", "0", "", "", "", "2"],
]
ASKED = [("1", "0", "0"), (None, None, None), ("0", "0", "0")]
LABELS = {"ae": {"0": "Unchecked", "1": "Checked"}, "status": {"0": "Incomplete", "1": "Unverified", "2": "Complete"}}
HEADINGS = [
    "Study ID", "Initials", "Dose", "Complete?", "Toxicity; 10^6 | any (choice=CRS)",
    "Toxicity; 10^6 | any (choice=ICANS, grade 3)", "Toxicity; 10^6 | any (choice=Unknown)", "Days", "Summary", "Note",
    "Complete?",
]  # fmt: skip


def as_csv(rows: list[list[str]], delimiter: str = ",") -> bytes:
    width = max(map(len, rows))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([*row, *[""] * (width - len(row))] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def labelled(rows: list[list[str]]) -> list[list[str]]:
    kinds = ["ae" if name in BOXES else "status" if name.endswith("_complete") else "" for name in NAMES]
    return [[LABELS[kind][cell] if kind else cell for kind, cell in zip(kinds, row, strict=True)] for row in rows]


def sheet_of(folder: Path, data: bytes, dictionary: bytes | None = as_csv(DICTIONARY), **settings: Any) -> Sheet:
    (folder / "data.csv").write_bytes(data)
    if dictionary is not None:
        (folder / "dictionary.csv").write_bytes(dictionary)
    (sheet,) = read_file(
        folder / "data.csv", mapping("redcap", **settings), folder / "dictionary.csv" if dictionary else None
    )
    return sheet


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("has_dictionary", [True, False])
def test_each_delimiter_of_redcap_is_found_in_data_and_dictionary(
    tmp_path: Path, delimiter: str, has_dictionary: bool
) -> None:
    dictionary = as_csv(DICTIONARY, delimiter) if has_dictionary else None
    sheet = sheet_of(tmp_path, as_csv([NAMES, *ROWS], delimiter), dictionary)
    assert sheet.header[: len(NAMES)] == NAMES
    assert sheet.personal == (("initials",) if has_dictionary else ())


def test_commas_within_labels_part_no_cells(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, b"Study ID;Dose, in 10^5, per kg;Note, if any\n1;2;x\n3;4;y, z\n", None)
    assert sheet.header[:3] == ["Study ID", "Dose, in 10^5, per kg", "Note, if any"]


def test_boxes_of_a_form_nobody_opened_are_blank_though_redcap_calculated_in_it(tmp_path: Path) -> None:
    assert sheet_of(tmp_path, as_csv([NAMES, *ROWS])).frame.select(BOXES).rows() == ASKED


def test_exported_as_labels_they_are_blank_alike(tmp_path: Path) -> None:
    frame = sheet_of(tmp_path, as_csv([NAMES, *labelled(ROWS)])).frame
    words = [tuple(LABELS["ae"].get(cell) for cell in row) for row in ASKED]
    assert frame.select(BOXES).rows() == words


def test_a_status_in_words_nobody_knows_is_refused_and_not_quoted(tmp_path: Path) -> None:
    rows = [[*row[:-1], {"0": "Unvollständig", "2": "Vollständig"}[row[-1]]] for row in ROWS]
    with pytest.raises(
        DataRejected, match=r"data.csv toxicity_complete: expected 0, 1, 2 or Incomplete.*raw data"
    ) as told:
        sheet_of(tmp_path, as_csv([NAMES, *rows]))
    assert "Voll" not in str(told.value)


def test_where_the_status_was_not_exported_untouched_boxes_are_unknown(tmp_path: Path) -> None:
    data = as_csv([row[:-1] for row in (NAMES, *ROWS)])
    for dictionary in (as_csv(DICTIONARY), None):
        frame = sheet_of(tmp_path, data, dictionary).frame
        assert frame["ae___1"][0] == "1"
        assert frame.select(BOXES).row(2) == (None, None, None)


def test_without_a_dictionary_a_form_is_what_ends_in_its_status(tmp_path: Path) -> None:
    rows = [[*row[:7], "", "", *row[9:]] for row in ROWS]
    assert sheet_of(tmp_path, as_csv([NAMES, *rows]), None).frame.select(BOXES).rows() == ASKED
    by_heading = sheet_of(tmp_path, as_csv([HEADINGS, *labelled(rows)]), None).frame
    assert by_heading.select("^.*choice=.*$").row(1) == (None, None, None)


def test_texts_that_mean_blank_are_nothing_given(tmp_path: Path) -> None:
    rows = [[*row[:9], row[9] or "NA", row[10]] for row in ROWS]
    assert sheet_of(tmp_path, as_csv([NAMES, *rows]), missing=["NA"]).frame.select(BOXES).rows() == ASKED


def test_headers_that_are_labels_become_names_of_fields(tmp_path: Path) -> None:
    sheet = sheet_of(tmp_path, as_csv([HEADINGS, *labelled(ROWS)]))
    assert sheet.header[: len(NAMES)] == NAMES
    assert sheet.personal == ("initials",)
    assert sheet.frame.select(BOXES).row(1) == (None, None, None)


def test_a_report_in_another_order_and_language_is_named_too(tmp_path: Path) -> None:
    columns = [HEADINGS[0], HEADINGS[5].replace("(choice=", "(选项="), HEADINGS[9], HEADINGS[10]]
    rows = [[row[0], row[5], row[9], row[10]] for row in labelled(ROWS)]
    frame = sheet_of(tmp_path, as_csv([columns, *rows])).frame
    assert frame.columns[:4] == ["record_id", "ae___2", "ae_note", "toxicity_complete"]
    assert frame["ae___2"].to_list() == ["Unchecked", None, "Unchecked"]


def test_a_mapping_in_words_of_the_labels_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(as_csv([HEADINGS, *labelled(ROWS)]))
    (tmp_path / "dictionary.csv").write_bytes(as_csv(DICTIONARY))
    wanted = mapping("redcap")
    feed = {**FEED, "columns": {"subject_id": "Study ID", "enrollment_date": HEADINGS[4]}}
    entry = type(wanted.sheets[0]).model_validate({"feeds": [feed]})
    (sheet,) = read_file(
        tmp_path / "data.csv", wanted.model_copy(update={"sheets": [entry]}), tmp_path / "dictionary.csv"
    )
    assert sheet.header[:2] == ["Study ID", "Initials"]
    assert sheet.personal == ("Initials",)
    assert sheet.frame[HEADINGS[4]].to_list() == ["Checked", None, "Unchecked"]


def test_a_label_of_several_fields_is_refused_unless_all_of_them_are_there(tmp_path: Path) -> None:
    dictionary = [*DICTIONARY, ["note2", "base", "", "text", "Note"]]
    with pytest.raises(DataRejected, match=r"data.csv Note: expected a label of one field; 2 fields .* bear it"):
        sheet_of(tmp_path, as_csv([HEADINGS, *labelled(ROWS)]), as_csv(dictionary))


def test_a_label_that_ends_like_a_repeated_header_is_its_own(tmp_path: Path) -> None:
    dictionary = [*DICTIONARY, ["dose2", "base", "", "text", "Dose #2"]]
    sheet = sheet_of(tmp_path, as_csv([["Study ID", "Dose", "Dose #2"], ["1", "2", "3"]]), as_csv(dictionary))
    assert sheet.header[:3] == ["record_id", "dose", "dose2"]


def test_a_dictionary_of_another_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="found none of their names or labels"):
        sheet_of(tmp_path, as_csv([["subject", "day"], ["1", "2021-03-05"]]))


def test_the_json_of_the_api_is_the_same_table(tmp_path: Path) -> None:
    records = json.dumps([dict(zip(NAMES, row, strict=True)) for row in ROWS]).encode()
    padded = [[*row, *[""] * (len(API_KEYS) - len(row))] for row in DICTIONARY[1:]]
    fields = json.dumps([dict(zip(API_KEYS, row, strict=True)) for row in padded]).encode()
    from_json = sheet_of(tmp_path, records, fields)
    from_csv = sheet_of(tmp_path, as_csv([NAMES, *ROWS]))
    assert from_json.frame.drop("source_row").equals(from_csv.frame.drop("source_row"))
    assert from_json.personal == from_csv.personal


def test_a_compressed_export_is_read(tmp_path: Path) -> None:
    dictionary = gzip.compress(as_csv(DICTIONARY))
    assert (
        sheet_of(tmp_path, gzip.compress(as_csv([NAMES, *ROWS], ";")), dictionary).frame.select(BOXES).rows() == ASKED
    )


def test_a_row_per_answer_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"found a row per answer \(EAV\); export it as flat"):
        sheet_of(tmp_path, as_csv([["record", "field_name", "value"], ["1", "dose", "2"]]), None)


@pytest.mark.parametrize(("decimal_comma", "shown"), [(False, "1.5"), (True, "1,5")])
def test_a_number_with_a_comma_is_read_once(tmp_path: Path, decimal_comma: bool, shown: str) -> None:
    rows = [[*ROWS[0][:2], "1,5", *ROWS[0][3:]]]
    assert sheet_of(tmp_path, as_csv([NAMES, *rows], ";"), decimal_comma=decimal_comma).frame["dose"][0] == shown


def test_a_dictionary_of_json_without_fields_is_refused(tmp_path: Path) -> None:
    for content in ('[{"error": "no rights"}]', "[1]", "[{", '[{"field_name": "a"}]'):
        (tmp_path / "dictionary.json").write_text(content)
        with pytest.raises(DataRejected, match=r"dictionary.json: expected a REDCap data dictionary"):
            read_dictionary(tmp_path / "dictionary.json")


def test_an_error_of_the_api_is_no_record(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match="found an error of REDCap's API"):
        sheet_of(tmp_path, b'{"error":"You do not have permissions to use the API"}', None)
