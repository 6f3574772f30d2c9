"""ODM of studies with sites: whose row it is, and what OpenClinica, LibreClinica and others write beside the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import DataRejected
from schemas.mapping import FileMapping
from tests.reference_data import reference_path
from tests.transforms.readers.damage import mapping
from tests.warehouse.tiny_build import csv_site
from transforms.readers import Sheet, read_file
from transforms.readers.odm_file import KEY_COLUMNS
from transforms.stage import stage_export

CLINICA = "http://www.openclinica.org/ns/odm_ext_v130/v3.1"


def site(study: str, *subjects: str) -> str:
    return f'<ClinicalData StudyOID="{study}" MetaDataVersionOID="v1">\n{"".join(subjects)}</ClinicalData>\n'


def subject(key: str, value: str, own: str = "", event: str = "", form: str = "") -> str:
    return (
        f'<SubjectData SubjectKey="{key}" {own}><StudyEventData StudyEventOID="E" {event}><FormData FormOID="F" {form}>'
        f'<ItemGroupData ItemGroupOID="G"><ItemData ItemOID="A" Value="{value}"/></ItemGroupData>'
        "</FormData></StudyEventData></SubjectData>\n"
    )


def odm(*sites: str, prefix: str = "OpenClinica", vendor: str = CLINICA) -> str:
    head = f'<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:{prefix}="{vendor}" FileType="Snapshot">\n'
    return head + "".join(sites) + "</ODM>"


def wanted(**columns: object) -> FileMapping:
    feed = {"domain": "subject", "columns": {"enrollment_date": {"constant": "2021-01-01"}, **columns}}
    return FileMapping.model_validate({"match": "*", "format": "odm", "sheets": [{"sheet": "G", "feeds": [feed]}]})


def read(folder: Path, text: str, how: FileMapping | None = None) -> Sheet:
    path = folder / "a.xml"
    path.write_text(text)
    return read_file(path, how or mapping("odm", "G"))[0]


def test_each_site_has_clinical_data_of_its_own_and_its_study_is_a_column(tmp_path: Path) -> None:
    sheet = read(tmp_path, odm(site("S"), site("S_BJ", subject("1", "a")), site("S_SH", subject("2", "b"))))
    assert sheet.header == [*KEY_COLUMNS, "A", "StudyOID"]
    assert sheet.frame.select("StudyOID", "SubjectKey", "A").rows() == [("S_BJ", "1", "a"), ("S_SH", "2", "b")]


def test_a_file_of_one_site_has_the_column_once_the_mapping_names_it(tmp_path: Path) -> None:
    text = odm(site("S_BJ", subject("1", "a")))
    assert read(tmp_path, text).header == [*KEY_COLUMNS, "A"]
    sheet = read(tmp_path, text, wanted(subject_id={"joined": ["StudyOID", "LocationOID", "SubjectKey"]}))
    assert sheet.frame.select("StudyOID", "LocationOID").rows() == [("S_BJ", None)]


@pytest.mark.parametrize("number", ["SubjectKey", "OpenClinica:StudySubjectID"])
def test_the_same_number_at_two_sites_never_makes_two_people_one(tmp_path: Path, number: str) -> None:
    own = 'OpenClinica:StudySubjectID="001"'
    text = odm(site("S_BJ", subject("1", "a", own)), site("S_SH", subject("1", "b", own)))
    with pytest.raises(
        DataRejected, match=rf"a.xml G: expected one subject for each number in {number};.*rows 3, 6; join"
    ):
        read(tmp_path, text, wanted(subject_id=number))
    sheet = read(tmp_path, text, wanted(subject_id={"joined": ["StudyOID", number]}))
    assert sheet.frame["A"].to_list() == ["a", "b"]


def test_one_number_for_two_subjects_of_one_study_is_refused(tmp_path: Path) -> None:
    own = 'OpenClinica:StudySubjectID="001"'
    text = odm(site("S", subject("1", "a", own), subject("2", "b", own)))
    with pytest.raises(DataRejected, match=r"expected one subject for each number in OpenClinica:StudySubjectID"):
        read(tmp_path, text, wanted(subject_id="OpenClinica:StudySubjectID"))
    assert read(tmp_path, text, wanted(subject_id="SubjectKey")).frame.height == 2


def test_a_number_two_subjects_share_costs_their_rows_and_no_others(tmp_path: Path) -> None:
    own = [f'OpenClinica:StudySubjectID="{number}"' for number in ("001", "001", "002", "003")]
    people = [subject(key, value, own[i]) for i, (key, value) in enumerate(["1a", "2b", "3c", "4d"])]
    how = wanted(subject_id="OpenClinica:StudySubjectID")
    sheet = read(tmp_path, odm(site("S", *people)), how)
    assert sheet.frame["A"].to_list() == ["c", "d"]
    assert sheet.shared == (3, 4)
    path = tmp_path / "a.xml"
    staged = stage_export(path, how, csv_site(*how.model_dump()["sheets"][0]["feeds"]))
    asked = staged["problems"].filter(rule_id="row.shared")
    assert asked.select("source_row", "severity").rows() == [(3, "quarantine"), (4, "quarantine")]
    assert staged["sheets"]["rows_read"].sum() == 4 and staged["accepted.subject"].height == 2


def test_a_number_taken_from_the_first_of_two_columns_is_looked_at_too(tmp_path: Path) -> None:
    text = odm(site("S_BJ", subject("1", "a")), site("S_SH", subject("1", "b")))
    with pytest.raises(
        DataRejected, match="expected one subject for each number in OpenClinica:StudySubjectID and SubjectKey"
    ):
        read(tmp_path, text, wanted(subject_id={"first_of": ["OpenClinica:StudySubjectID", "SubjectKey"]}))


def test_an_item_keeps_its_name_whatever_else_is_offered(tmp_path: Path) -> None:
    text = odm(site("S", subject("1", "x", 'A="attribute"')))
    assert read(tmp_path, text).frame.select("A", "A#2").row(0) == ("x", "attribute")


def test_feeds_of_one_site_each_may_share_numbers(tmp_path: Path) -> None:
    text = odm(site("S_BJ", subject("1", "a")), site("S_SH", subject("1", "b")))
    how = wanted(subject_id="SubjectKey").model_dump()
    how["sheets"][0]["feeds"][0]["where"] = [{"column": "StudyOID", "equals": "S_BJ"}]
    assert read(tmp_path, text, FileMapping.model_validate(how)).frame.height == 2


def test_what_the_program_wrote_of_subject_and_event_stands_in_columns(tmp_path: Path) -> None:
    own = 'OpenClinica:StudySubjectID="BJ-001" OpenClinica:Sex="m" OpenClinica:EnrollmentDate="2021-03-01"'
    sheet = read(tmp_path, odm(site("S", subject("SS_1", "a", own, 'OpenClinica:StartDate="2021-03-02"'))))
    names = [f"OpenClinica:{name}" for name in ("StudySubjectID", "Sex", "EnrollmentDate", "StartDate")]
    assert sheet.header == [*KEY_COLUMNS, "A", *names]
    assert sheet.frame.select(names).row(0) == ("BJ-001", "m", "2021-03-01", "2021-03-02")


def test_a_known_program_has_one_name_whatever_a_file_calls_its_namespace(tmp_path: Path) -> None:
    text = odm(site("S", subject("1", "a", 'oc:Sex="m"')), prefix="oc")
    assert "OpenClinica:Sex" in read(tmp_path, text).header
    other = odm(site("S", subject("1", "a", 'st:Initial="m" Arm="A"')), prefix="st", vendor="urn:secutrial")
    assert {"st:Initial", "Arm"} <= set(read(tmp_path, other).header)


def test_an_attribute_of_several_levels_is_called_by_its_level(tmp_path: Path) -> None:
    status = 'OpenClinica:Status="{}"'
    levels = [status.format(name) for name in ("available", "completed", "complete")]
    sheet = read(tmp_path, odm(site("S", subject("1", "a", *levels))))
    names = [f"{level} OpenClinica:Status" for level in ("SubjectData", "StudyEventData", "FormData")]
    assert sheet.frame.select(names).row(0) == ("available", "completed", "complete")
    one = read(tmp_path, odm(site("S", subject("1", "a", event=levels[1]))), wanted(subject_id=names[1]))
    assert one.frame[names[1]].to_list() == ["completed"]


def test_an_attribute_left_out_while_there_is_nothing_to_say_is_a_blank_column_for_who_asks(tmp_path: Path) -> None:
    text = odm(site("S", subject("1", "a")))
    assert read(tmp_path, text, wanted(subject_id="OpenClinica:EndDate")).frame["OpenClinica:EndDate"].to_list() == [
        None
    ]
    assert "OpenClinica:EndDtae" not in read(tmp_path, text, wanted(subject_id="OpenClinica:EndDtae")).header


def test_a_subject_told_in_parts_has_its_attributes_on_every_row_and_an_event_its_own(tmp_path: Path) -> None:
    first = subject("1", "a", 'OpenClinica:Sex="m"', 'OpenClinica:StartDate="2021-03-02"')
    sheet = read(tmp_path, odm(site("S", first, subject("1", "b"))))
    assert sheet.frame.select("OpenClinica:Sex", "OpenClinica:StartDate", "A").rows() == [
        ("m", "2021-03-02", "a"),
        ("m", None, "b"),
    ]


def test_attributes_that_identify_a_person_are_personal(tmp_path: Path) -> None:
    own = 'OpenClinica:DateOfBirth="1980-01-01" OpenClinica:UniqueIdentifier="x" OpenClinica:Sex="m"'
    sheet = read(tmp_path, odm(site("S", subject("1", "a", own))))
    assert sheet.personal == ("OpenClinica:DateOfBirth", "OpenClinica:UniqueIdentifier")


def test_subjects_without_any_form_yet_have_a_row_in_the_sheet_of_subjects(tmp_path: Path) -> None:
    new = '<SubjectData SubjectKey="9" OpenClinica:Sex="f"><SiteRef LocationOID="L"/></SubjectData>\n'
    (tmp_path / "a.xml").write_text(odm(site("S", subject("1", "a", 'OpenClinica:Sex="m"'), new, subject("1", "b"))))
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "SubjectData"))
    assert sheet.frame.select("SubjectKey", "LocationOID", "OpenClinica:Sex", "source_row").rows() == [
        ("1", None, "m", 3),
        ("9", "L", "f", 4),
    ]


@pytest.mark.parametrize(("name", "rows"), [("oc_one", 2), ("oc_sites", 2)])
def test_a_real_shape_of_openclinica_reads_with_its_numbers(name: str, rows: int) -> None:
    (sheet,) = read_file(reference_path(f"data/hard_files/25-openclinica-sites/{name}.xml"), mapping("odm", "IG_DM"))
    assert sheet.frame.height == sheet.frame["OpenClinica:StudySubjectID"].n_unique() == rows
    assert ("StudyOID" in sheet.header) == (name == "oc_sites")
