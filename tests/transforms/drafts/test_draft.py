"""First drafts of mappings: they read the export they were made from, mark every guess, and quote no subject."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import polars as pl
import pyreadstat
import pytest
from openpyxl import Workbook

from flows.settings import REPOSITORY
from schemas.errors import DataRejected, UsageError
from schemas.mapping import SiteMapping
from schemas.yaml_file import load_yaml
from transforms.drafts import NAMELESS, draft_mapping
from transforms.drafts.words import Meaning, is_personal, meaning_of
from transforms.stage import stage_export

SAMPLES = sorted((REPOSITORY / "studies").glob("*/landing/*/*/*"))


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
        ("Infused", Meaning("infusion", "infusion_date")),
        ("Date of last contact", Meaning("follow_up", "contact_date")),
        ("Last seen", Meaning("follow_up", "contact_date")),
        ("ward", None),
    ],
)
def test_a_header_means_what_its_words_say(header: str, meaning: Meaning | None) -> None:
    assert meaning_of(header) == meaning


def drafted(path: Path, folder: Path) -> tuple[str, SiteMapping]:
    text = draft_mapping(path, "new_site")
    (folder / "draft.yaml").write_text(text, "utf-8")
    return text, load_yaml(folder / "draft.yaml", SiteMapping)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_draft_loads_and_reads_the_export_it_was_made_from(path: Path, tmp_path: Path) -> None:
    text, site = drafted(path, tmp_path)
    assert text.count("# guess") > 3
    if f'"{NAMELESS}"' in text:
        return
    staged = stage_export(path, site.files[0], site, None, b"key")
    assert staged["sheets"]["rows_read"].sum() > 0
    assert sum(frame.height for name, frame in staged.items() if name.startswith("accepted.")) > 0


def test_most_of_a_wide_sheet_is_guessed_right(tmp_path: Path) -> None:
    path = next(path for path in SAMPLES if path.name == "病例资料.csv")
    text, site = drafted(path, tmp_path)
    staged = stage_export(path, site.files[0], site, None, b"key")
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


def table(folder: Path, header: str, *rows: str) -> Path:
    (folder / "a.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return folder / "a.csv"


@pytest.mark.parametrize(
    "header",
    ["姓名", "患者姓名", "姓名首字母", "住院号", "病案号", "登记号", "门诊号", "身份证号", "身份证号码", "联系电话1", "家庭住址", "出生日期",
     "监护人姓名", "医保卡号", "MRN", "Hospital No.", "hospital_number", "Patient Name", "name_first", "Next of kin contact phone",
     "ID card", "Date of Birth", "BRTHDTC", "IT.DM.BRTHDTC", "I_DM_DOB", "OpenClinica:DateOfBirth", "主管医生", "email", "zhuyuanhao", "xingming", "shenfenzheng"],
)  # fmt: skip
def test_what_says_who_somebody_is_is_personal(header: str) -> None:
    assert is_personal(header)


@pytest.mark.parametrize(
    "header",
    [
        "编号",
        "性别",
        "drug name",
        "redcap_event_name",
        "mdsol:SubjectName",
        "OpenClinica:StudySubjectID",
        "given_birth",
        "hospital stay",
        "地西他滨",
    ],
)
def test_what_does_not_is_not(header: str) -> None:
    assert not is_personal(header)


def test_what_is_personal_is_kept_where_no_feed_is_complete(tmp_path: Path) -> None:
    text, site = drafted(table(tmp_path, "编号,姓名,性别,联系电话", "1,王小明,男,13800000000"), tmp_path)
    assert site.files[0].sheets[0].personal == ["姓名", "联系电话"]
    assert 'sex: {column: "性别", decode: {"男": "male"}}' in text
    assert f'enrollment_date: "{NAMELESS}"  # guess: write the header here' in text


def test_a_column_of_telephones_under_a_name_that_says_nothing_is_personal(tmp_path: Path) -> None:
    rows = (f"{number},1381234567{number},2021-03-05" for number in range(8))
    _, site = drafted(table(tmp_path, "编号,X7,入组日期", *rows), tmp_path)
    assert site.files[0].sheets[0].personal == ["X7"]


def test_a_hospital_number_tells_subjects_apart_only_where_nothing_else_does_and_then_hashed(tmp_path: Path) -> None:
    text, site = drafted(table(tmp_path, "住院号,性别,入组日期", "H1,男,2021-03-05"), tmp_path)
    assert site.pseudonyms and site.files[0].sheets[0].feeds[0].columns["subject_id"].column == "住院号"
    text, site = drafted(table(tmp_path, "编号,住院号,入组日期", "1,H1,2021-03-05"), tmp_path)
    assert not site.pseudonyms and site.files[0].sheets[0].personal == ["住院号"]
    assert "H1" not in text


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("2021/3/5 0:00", "2021/3/6 0:00", 'dates: ["%Y/%m/%d %H:%M"]  # guess: these read every date found'),
        ("21-3-5", "21-3-6", 'dates: ["%y-%m-%d"]  # guess: these read every date found'),
        ("44260", "44261", '{column: "入组日期", dates: [serial-1900]}  # guess: all 2 cells are numbers as Excel'),
        ("5th March", "6th March", 'enrollment_date: "入组日期"  # guess; no pattern reads 2 of 2 cells'),
        ("2021-03-05", "2021/3/6", "# guess: of 2 cells %Y-%m-%d reads 1, %Y/%m/%d reads 1"),
        ("2021-03-05", "44260", "# guess: of 2 cells %Y-%m-%d reads 1; no pattern reads the other 1"),
        ("2021-03-05", "2021年3月", 'partial_dates: ["%Y年%m月"]'),
        ("28", "35", '{column: "入组日期", days_since: 2000-01-01}  # guess: all 2 cells are days'),
    ],
)  # fmt: skip
def test_a_draft_claims_of_dates_what_was_seen(tmp_path: Path, first: str, second: str, said: str) -> None:
    text, _ = drafted(table(tmp_path, "编号,入组日期", f"1,{first}", f"2,{second}"), tmp_path)
    assert said in text
    assert ("these read every date found" in text) == ("every date found" in said)


def test_a_title_and_blank_lines_above_the_header_are_no_header(tmp_path: Path) -> None:
    path = table(tmp_path, "某医院登记表", ",,", "编号,姓名,入组日期", "1,王,2021-03-05", "2,李,2021-03-06")
    text, site = drafted(path, tmp_path)
    assert "header_row: 3  # guess" in text
    assert stage_export(path, site.files[0], site)["accepted.subject"].height == 2


def workbook(path: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_header_of_two_rows_is_found_below_a_title(tmp_path: Path) -> None:
    rows = [["某医院登记表"], [], ["编号", "入组日期", "CD19回输", "", "疗效", ""], ["", "", "日期", "剂量", "日期", "疗效"],
            ["1", "2021-03-05", "2021-03-20", "2.5", "2021-04-20", "CR"]]  # fmt: skip
    text, site = drafted(workbook(tmp_path / "a.xlsx", 登记=rows), tmp_path)
    assert "header_row: 3  # guess" in text and "header_rows: 2  # guess" in text
    assert stage_export(tmp_path / "a.xlsx", site.files[0], site)["accepted.subject"].height == 1


def test_an_empty_sheet_is_left_out_with_a_word_and_an_incomplete_one_is_kept_as_a_comment(tmp_path: Path) -> None:
    sound = [["编号", "入组日期"], ["1", "2021-03-05"]]
    path = workbook(tmp_path / "a.xlsx", 登记=sound, Sheet2=[], 家属=[["编号", "家属电话"], ["1", "13800000000"]])
    text, site = drafted(path, tmp_path)
    assert [sheet.sheet for sheet in site.files[0].sheets] == ["登记"]
    assert "# Sheet2: left out" in text
    assert '#   personal: ["家属电话"]' in text
    assert "13800000000" not in text


def test_a_registry_of_days_gets_a_whole_skeleton(tmp_path: Path) -> None:
    path = table(tmp_path, "id,rel,rel.s,srv,srv.s,year", "1,300,1,420,1,1990-1994", "2,500,0,500,0,1995-1998")
    text, site = drafted(path, tmp_path)
    staged = stage_export(path, site.files[0], site)
    accepted = {name: frame.height for name, frame in staged.items() if name.startswith("accepted.")}
    assert accepted == {"accepted.subject": 2, "accepted.relapse": 1, "accepted.follow_up": 1, "accepted.death": 1}
    assert "enrollment_date: {constant: 2000-01-01}  # guess: day 0, a nominal date" in text


@pytest.mark.parametrize(
    "header", ['a"b', "a: b", "# a", "a\x85files: []", "a\u2028files: []", "a\x7fb", "{a}", "a\\b", "- a", "=1+1"]
)
def test_whatever_a_header_is_called_the_draft_loads_and_names_it(tmp_path: Path, header: str) -> None:
    quoted = '"' + header.replace('"', '""') + '"'
    _, site = drafted(table(tmp_path, f'编号,入组日期,{quoted},{quoted[:-1]}姓名"', "1,2021-03-05,x,y"), tmp_path)
    assert len(site.files) == 1
    (named,) = site.files[0].sheets[0].personal
    assert named.endswith("姓名")
    assert stage_export(tmp_path / "a.csv", site.files[0], site)["accepted.subject"].height == 1


def test_a_file_without_a_table_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(DataRejected, match=r"a\.xlsx"):
        draft_mapping(workbook(tmp_path / "a.xlsx", Sheet1=[], Sheet2=[]), "s")


def test_of_two_ids_the_one_that_tells_rows_apart_is_the_subjects(tmp_path: Path) -> None:
    text, _ = drafted(table(tmp_path, "STUDYID,SUBJID,Enrolled", "S,1,2021-03-05", "S,2,2021-03-06"), tmp_path)
    assert 'subject_id: "SUBJID"' in text


def test_a_registry_of_times_that_no_single_event_is_known_of_keeps_its_subjects(tmp_path: Path) -> None:
    path = table(tmp_path, "id,prtime,prstat,rfstime,rfsstat,age", "1,23,1,744,0,30", "2,35,1,360,1,40")
    text, site = drafted(path, tmp_path)
    staged = stage_export(path, site.files[0], site)
    assert staged["accepted.subject"].height == staged["accepted.milestone"].height == 2
    assert "# not guessed: rfstime (numbers, 2 of 2 filled, 2 distinct; days to an event or to the last look" in text


def test_no_pattern_of_dates_without_a_day_is_claimed_that_read_nothing(tmp_path: Path) -> None:
    text, site = drafted(table(tmp_path, "编号,入组日期", "1,2021-03-05", "2,2021-03"), tmp_path)
    assert "of 2 cells %Y-%m-%d reads 1; 1 are dates without a day" in text
    assert site.partial_dates == []


OPENCLINICA = """<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" xmlns:OpenClinica="http://www.openclinica.org/ns/odm_ext_v130/v3.1"
 FileType="Snapshot"><ClinicalData StudyOID="S_BJ">{subjects}</ClinicalData></ODM>"""
PERSON = """<SubjectData SubjectKey="SS_{n}" OpenClinica:StudySubjectID="BJ-{n}" OpenClinica:Sex="m"
 OpenClinica:EnrollmentDate="2021-03-0{n}"><StudyEventData StudyEventOID="SE_1" OpenClinica:StartDate="2021-04-0{n}">
 <FormData FormOID="F_DM"><ItemGroupData ItemGroupOID="IG_DM"><ItemData ItemOID="I_DM_DOB" Value="1980-01-0{n}"/>
 </ItemGroupData></FormData></StudyEventData></SubjectData>"""


def test_what_openclinica_keeps_beside_the_items_feeds_subjects(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(OPENCLINICA.format(subjects="".join(PERSON.format(n=n) for n in (1, 2))))
    text, site = drafted(path, tmp_path)
    subjects = stage_export(path, site.files[0], site)["accepted.subject"]
    assert subjects.select("subject_id", "sex", pl.col("enrollment_date").cast(pl.String)).rows() == [
        ("new_site-BJ-1", "male", "2021-03-01"),
        ("new_site-BJ-2", "male", "2021-03-02"),
    ]
    assert site.files[0].sheets[0].personal == ["I_DM_DOB"]
    assert "SubjectKey" in site.files[0].sheets[0].ignored
    assert "# not guessed: OpenClinica:StartDate (dates, 2 of 2 filled, 2 distinct)" in text


def test_an_export_of_visits_takes_a_subject_from_the_row_that_enrolls_it(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "record_id,redcap_event_name,date_enrolled,ward,visit_complete",
        "1,enrollment,2021-03-05,,2",
        "1,visit_1,,A,2",
        "2,enrollment,2021-03-06,,2",
    )
    text, site = drafted(path, tmp_path)
    staged = stage_export(path, site.files[0], site)
    assert staged["accepted.subject"].height == 2
    assert site.files[0].sheets[0].ignored[:2] == ["redcap_event_name", "visit_complete"]
    assert "# not guessed: ward (text, 1 of 3 filled, 1 distinct)" in text


def test_where_the_date_of_enrollment_is_not_known_the_columns_of_dates_are_named(tmp_path: Path) -> None:
    text, _ = drafted(table(tmp_path, "record_id,visit_complete,seen_on", "1,2,2021-03-05"), tmp_path)
    assert f'enrollment_date: "{NAMELESS}"  # guess: write the header here; columns of dates: seen_on' in text


def test_events_without_subjects_get_a_feed_of_subjects_to_be_completed(tmp_path: Path) -> None:
    text, site = drafted(
        table(tmp_path, "USUBJID,AETERM,AESTDTC,AEDTC", "1,CRS,,2021-03-05", "1,CRS,2021-03-05,2021-03-05"), tmp_path
    )
    assert "# subject: no column found for enrollment_date" in text and "columns of dates: AEDTC" in text
    staged = stage_export(tmp_path / "a.csv", site.files[0], site)
    assert staged["accepted.adverse_event"].height == 2, "an event without its day has occurred"


def test_several_sites_in_one_export_are_told(tmp_path: Path) -> None:
    text, _ = drafted(table(tmp_path, "编号,中心,入组日期", "1,北京,2021-03-05", "1,上海,2021-03-06"), tmp_path)
    assert (
        '# 中心 tells 2 sites apart, and a mapping is of one: give each feed where: {column: "中心", equals: ...}'
        in text
    )
    assert "北京" not in text


def test_short_codes_without_a_meaning_are_listed(tmp_path: Path) -> None:
    text, _ = drafted(table(tmp_path, "编号,性别,入组日期", "1,1,2021-03-05", "2,2,2021-03-06"), tmp_path)
    assert "2 of its texts (1, 2) have no code yet: add them under decode; codes are male, female" in text


def test_a_data_dictionary_is_no_export(tmp_path: Path) -> None:
    path = table(tmp_path, '"Variable / Field Name","Form Name"', "record_id,demographics", "sex,demographics")
    with pytest.raises(DataRejected, match=r"a\.csv: expected an export; found a data dictionary of REDCap"):
        draft_mapping(path, "s")


def test_classes_are_not_taken_for_numbers(tmp_path: Path) -> None:
    rows = (f"{number},{'20-40' if number % 2 else '>40'},2021-03-05" for number in range(8))
    text, _ = drafted(table(tmp_path, "id,age,enrolled", *rows), tmp_path)
    assert "# not guessed: age (text, 8 of 8 filled, 2 distinct)" in text


@pytest.mark.parametrize("cells", [("yes", "no"), ("1", "0"), ("是", "否"), ("有", "0")])
def test_a_column_that_says_whether_is_not_taken_for_the_day(tmp_path: Path, cells: tuple[str, str]) -> None:
    rows = (f"{number},{cells[number % 2]},2021-03-05,2022-03-05" for number in range(8))
    text, _ = drafted(table(tmp_path, "id,died,enrolled,last seen", *rows), tmp_path)
    assert "# not guessed: died (" in text and "death_date" not in text


def test_a_header_of_two_rows_is_found_in_a_text_file_too(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "某医院登记表",
        "编号,入组日期,CD19回输,,疗效,",
        ",,日期,剂量,日期,疗效",
        "1,2021-03-05,2021-03-20,2.5,2021-04-20,CR",
    )
    text, site = drafted(path, tmp_path)
    assert "header_row: 2  # guess" in text and "header_rows: 2  # guess" in text
    staged = stage_export(path, site.files[0], site)
    assert staged["accepted.subject"]["source_row"].to_list() == [4]
    assert staged["accepted.response"]["response"].to_list() == ["CR"]
