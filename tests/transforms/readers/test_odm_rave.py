"""Rave's audit stream: transactions on items, rows by their number, queries and names that change."""

from __future__ import annotations

from pathlib import Path

from tests.reference_data import reference_path
from tests.transforms.readers.damage import mapping, outcome
from transforms.readers import Sheet, read_file

HEAD = (
    '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:mdsol="http://www.mdsol.com/ns/odm/metadata" '
    'FileType="Transactional">\n'
)


def step(items: str = "", record: str = "251", group: str = "", name: str = "101-001", kind: str = "") -> str:
    """One message; `items` is text like `TERM=CRS GRADE:Remove`, an item without `=` has no value."""
    inner = "".join(_item(item) for item in items.split())
    own = f' TransactionType="{kind}"' if kind else ""
    return (
        f'<ClinicalData StudyOID="S"><SubjectData SubjectKey="uuid" mdsol:SubjectName="{name}"{own}><SiteRef LocationOID="101"/>'
        '<StudyEventData StudyEventOID="V" StudyEventRepeatKey="V[1]"><FormData FormOID="AE" FormRepeatKey="1">'
        f'<ItemGroupData ItemGroupOID="AE" mdsol:RecordId="{record}" {group}>{inner}</ItemGroupData>'
        "</FormData></StudyEventData></SubjectData></ClinicalData>\n"
    )


def _item(text: str) -> str:
    assigned, _, kind = text.partition(":")
    name, equals, value = assigned.partition("=")
    given = f' Value="{value}"' if equals else ""
    return f'<ItemData ItemOID="{name}"{given} TransactionType="{kind or "Upsert"}"/>'


def read(folder: Path, *steps: str) -> Sheet:
    path = folder / "a.xml"
    path.write_text(HEAD + "".join(steps) + "</ODM>")
    return read_file(path, mapping("odm", "AE"))[0]


def test_rows_are_told_apart_by_their_record_and_gather_their_items(tmp_path: Path) -> None:
    steps = [step("TERM=CRS"), step("GRADE=2"), step("TERM=ICANS", "252"), step("GRADE=1", "252"), step("GRADE=3")]
    sheet = read(tmp_path, *steps)
    assert sheet.frame.select("mdsol:RecordId", "TERM", "GRADE", "source_row").rows() == [
        ("251", "CRS", "3", 6),
        ("252", "ICANS", "1", 5),
    ]
    assert sheet.frame["mdsol:SubjectName"].to_list() == ["101-001"] * 2


def test_the_repeat_key_may_be_missing_where_the_record_is_named(tmp_path: Path) -> None:
    sheet = read(tmp_path, step("TERM=CRS", group='ItemGroupRepeatKey="1"'), step("GRADE=2"))
    assert sheet.frame.select("ItemGroupRepeatKey", "TERM", "GRADE").rows() == [("1", "CRS", "2")]


def test_a_query_or_comment_on_an_item_leaves_its_value_and_makes_no_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, step("TERM=CRS"), step("TERM"), step("TERM", "999"), step("GRADE="))
    assert sheet.frame.select("mdsol:RecordId", "TERM", "GRADE").rows() == [("251", "CRS", None)]


def test_a_query_under_a_subject_said_to_be_put_in_makes_no_row_either(tmp_path: Path) -> None:
    sheet = read(tmp_path, step("TERM=CRS", kind="Upsert"), step("TERM", "999", kind="Upsert"))
    assert sheet.frame["mdsol:RecordId"].to_list() == ["251"]


def test_an_emptied_item_is_blank_and_so_is_a_removed_one(tmp_path: Path) -> None:
    sheet = read(tmp_path, step("TERM=CRS GRADE=2 DAY=1"), step("GRADE="), step("DAY:Remove"))
    assert sheet.frame.select("TERM", "GRADE", "DAY").row(0) == ("CRS", None, None)


def test_a_row_whose_items_are_all_removed_is_gone_and_stays_so(tmp_path: Path) -> None:
    keep = step("TERM=ICANS", "252")
    sheet = read(
        tmp_path, step("TERM=CRS GRADE=2"), step("TERM:Remove"), step("GRADE:Remove"), step("GRADE:Remove"), keep
    )
    assert sheet.frame["mdsol:RecordId"].to_list() == ["252"]


def test_removing_a_record_spares_the_others_of_its_form(tmp_path: Path) -> None:
    gone = step(record="251", group='ItemGroupRepeatKey="1" TransactionType="Remove"')
    sheet = read(tmp_path, step("TERM=CRS"), step("TERM=ICANS", "252"), gone)
    assert sheet.frame["mdsol:RecordId"].to_list() == ["252"]


def test_a_form_may_bear_the_name_of_its_item_group_and_survives_the_removal_of_a_row(tmp_path: Path) -> None:
    rows = [step("TERM=x", str(n), f'ItemGroupRepeatKey="{n}"').replace(f'mdsol:RecordId="{n}"', "") for n in (1, 2)]
    gone = step(record="1", group='ItemGroupRepeatKey="1" TransactionType="Remove"').replace('mdsol:RecordId="1"', "")
    assert read(tmp_path, *rows, gone).frame["ItemGroupRepeatKey"].to_list() == ["2"]


def test_a_subject_is_called_by_its_latest_name_on_every_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, step("TERM=CRS", name="draft"), step("TERM=ICANS", "252", name="101-001"))
    assert sheet.frame["mdsol:SubjectName"].to_list() == ["101-001", "101-001"]


def test_a_change_to_an_item_of_a_row_that_never_came_is_refused(tmp_path: Path) -> None:
    told = outcome(tmp_path / "a.xml", f"{HEAD}{step('TERM=CRS:Update')}</ODM>".encode(), mapping("odm", "AE"))
    assert told.startswith("a.xml line 2 AE: expected an Insert before this change; export the whole history")


def test_the_same_key_in_two_studies_is_two_subjects_in_a_history_too(tmp_path: Path) -> None:
    other = step("TERM=ICANS").replace('StudyOID="S"', 'StudyOID="T"').replace('"101"', '"202"')
    gone = '<ClinicalData StudyOID="U"><SubjectData SubjectKey="uuid" TransactionType="Remove"/></ClinicalData>'
    sheet = read(tmp_path, step("TERM=CRS"), other, gone)
    assert sheet.frame.select("StudyOID", "LocationOID", "TERM").rows() == [("S", "101", "CRS"), ("T", "202", "ICANS")]


def test_the_sheet_of_subjects_holds_who_was_created_and_not_removed(tmp_path: Path) -> None:
    subjects = [
        f'<SubjectData SubjectKey="{key}" TransactionType="{kind}"/>'
        for key, kind in (("a", "Upsert"), ("b", "Upsert"), ("a", "Remove"))
    ]
    (tmp_path / "a.xml").write_text(f'{HEAD}<ClinicalData StudyOID="S">{"".join(subjects)}</ClinicalData></ODM>')
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "SubjectData"))
    assert sheet.frame["SubjectKey"].to_list() == ["b"]


def test_a_real_audit_stream_ends_with_one_row_a_record() -> None:
    path = reference_path("data/hard_files/26-rave-audit-odm/car_message.xml")
    (sheet,) = read_file(path, mapping("odm", "AE_LOG_LINE"))
    assert sheet.frame.height == sheet.frame["mdsol:RecordId"].n_unique() == 8
    assert not sheet.frame["AE_LOG_LINE.AETERM" if "AE_LOG_LINE.AETERM" in sheet.header else "AE.AETERM"].has_nulls()
