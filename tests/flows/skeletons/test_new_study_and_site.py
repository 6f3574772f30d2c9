"""`cartrove new study` and `new site`: what they write passes `check` at once, and what is there stays as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.command import main
from flows.landing_folders import NOTE, find_doubts
from flows.settings import REPOSITORY, Settings
from flows.sites.stage import stage_site
from flows.skeletons import write_site, write_study
from flows.skeletons.write import _write_new
from flows.study.product import build_tables
from flows.study_folder import load_study
from schemas.errors import UsageError

DAY = "2022-03-01"
EXPORT = """\
Subject ID,Enrollment date,Infusion date,Target,Assessment date,Response,Relapse date,Death date,Last contact
P01,2021-01-01,2021-01-20,CD19,2021-02-18,CR,,,2022-01-20
P02,2021-01-02,2021-01-21,CD19,2021-02-19,CR,2021-06-01,,2022-02-01
P03,2021-01-03,2021-01-22,CD19,2021-02-20,NR,,2021-05-01,2021-05-01
"""
# The example columns of the mapping as it is written.
AS_WRITTEN = {
    "subjects.csv": "Subject,Enrolled,Age,Sex,Blasts,Extramedullary\n1,2021-01-01,30,F,40,Yes\n",
    "infusions.csv": "Subject,Number,Date,Product,Dose\n1,1,2021-01-20,CD19,1.5\n",
    "responses.csv": "Subject,Infusion,Date,Response,MRD\n1,1,2021-02-17,CR,negative\n",
    "adverse_events.csv": "Subject,Infusion,Term,Grade,Start,End\n1,1,CRS,2,2021-01-22,2021-01-25\n",
    "outcomes.csv": "Subject,Relapse,Transplant,Death,Last contact\n1,2021-08-18,2021-06-01,,2022-02-01\n",
}


def said(studies: Path, *arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--studies", str(studies)])
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out + captured.err


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    # The commands set it for their process; it goes back to what it was.
    monkeypatch.setenv("CARTROVE_STUDIES", str(tmp_path / "studies"))
    monkeypatch.setenv("CARTROVE_WORKSPACE", str(tmp_path / "var"))
    (tmp_path / "studies").mkdir()
    return Settings()


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def adtte(settings: Settings, study_id: str) -> set[tuple[str, str, date, int]]:
    """Endpoint, subject, day and whether censored, of a study's exports that have landed."""
    study = load_study(settings, study_id)
    extracts = list(study.extracts(date.max))
    staged = [
        file
        for name, site in study.sites.items()
        for file in stage_site(
            site, [one for one in extracts if one.site_id == name], study.landing, settings, force=False
        ).files
    ]
    rows = build_tables(study, staged, None, "key", settings)["adam.adtte"]
    return set(rows.select("paramcd", "subject_id", "adt", "cnsr").rows())


def test_a_new_study_and_a_second_site_pass_check_and_every_contract_holds(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = said(settings.studies, "new", "study", "trial", "--site", "north", capsys=capsys)
    assert code == 0 and "protocol.yaml" in told and "landing/north/" in told
    assert said(settings.studies, "new", "site", "trial", "south", capsys=capsys)[0] == 0
    told = "trial: protocol and 2 site mappings are in order; 3 of 3 contracts hold\n"
    assert said(settings.studies, "check", capsys=capsys) == (0, told)


def test_the_exports_of_the_example_columns_are_counted(settings: Settings) -> None:
    landing = write_study(settings, "trial", "north").landing
    (landing / DAY).mkdir()
    for name, text in AS_WRITTEN.items():
        (landing / DAY / name).write_text(text)
    found = adtte(settings, "trial")
    assert {row for row in found if row[0] in ("os", "lfs")} == {
        ("os", "north-1", date(2022, 2, 1), 1),
        ("lfs", "north-1", date(2021, 8, 18), 0),
    }


def test_a_first_export_with_a_drafted_mapping_is_counted(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    written = write_study(settings, "trial", "north")
    export = written.landing / DAY / "export.csv"
    export.parent.mkdir()
    export.write_text(EXPORT)
    with pytest.raises(SystemExit):
        main(["site", "draft", str(export), "--site", "north"])
    written.mapping.write_text(capsys.readouterr().out)
    found = adtte(settings, "trial")
    assert len({subject for endpoint, subject, *_ in found if endpoint == "os"}) == 3
    assert len({subject for endpoint, subject, *_ in found if endpoint == "lfs"}) == 2


def test_the_note_of_the_landing_folder_is_no_export_and_any_other_file_is_told(settings: Settings) -> None:
    landing = write_study(settings, "trial", "north").landing
    assert "outside of a dated folder" in (landing / NOTE).read_text()
    assert find_doubts(landing.parent, ["north"], date(2026, 1, 1)) == []
    (landing / "export.csv").write_text(EXPORT)
    assert len(find_doubts(landing.parent, ["north"], date(2026, 1, 1))) == 1


@pytest.mark.parametrize(
    "again",
    [("study", "trial"), ("study", "trial", "--site", "other"), ("site", "trial", "north")],
    ids=["study", "study with another site", "site"],
)
def test_nothing_is_overwritten(settings: Settings, capsys: pytest.CaptureFixture[str], again: tuple[str, ...]) -> None:
    write_study(settings, "trial", "north")
    before = contents(settings.studies)
    code, told = said(settings.studies, "new", *again, capsys=capsys)
    assert code == 2 and "already exists and was left unchanged" in told and "Traceback" not in told
    assert contents(settings.studies) == before


def test_a_file_that_appears_in_the_meantime_is_not_overwritten_either(tmp_path: Path) -> None:
    (tmp_path / "protocol.yaml").write_text("of another")
    with pytest.raises(UsageError, match="already exists and was left unchanged"):
        _write_new(tmp_path / "protocol.yaml", "of a skeleton")
    assert (tmp_path / "protocol.yaml").read_text() == "of another"


def test_a_mapping_the_protocol_does_not_name_is_left_and_what_to_add_is_told(settings: Settings) -> None:
    write_study(settings, "trial", "north")
    (settings.studies / "trial" / "sites" / "south.yaml").write_text("site_id: south\n")
    with pytest.raises(UsageError, match=r"add south under sites: in .*protocol\.yaml"):
        write_site(settings, "trial", "south")


@pytest.mark.parametrize("name", ["Trial", "../trial", "1st", "bei-jing", "a" * 61, "trial\n", "试验", ""])
def test_a_name_that_is_no_identifier_is_refused_and_nothing_is_written(settings: Settings, name: str) -> None:
    write_study(settings, "trial", "north")
    before = contents(settings.studies.parent)
    for refused in (
        lambda: write_study(settings, name, "north"),
        lambda: write_study(settings, "another", name),
        lambda: write_site(settings, "trial", name),
    ):
        with pytest.raises(UsageError, match="expected small letters, digits and _"):
            refused()
    assert contents(settings.studies.parent) == before


def test_a_name_that_yaml_would_take_for_something_else_is_quoted(settings: Settings) -> None:
    write_study(settings, "on", "null")
    write_site(settings, "on", "no")
    assert list(load_study(settings, "on").sites) == ["null", "no"]


def test_a_site_of_an_unknown_or_broken_study_is_refused_before_anything_is_written(settings: Settings) -> None:
    protocol = write_study(settings, "trial", "north").protocol
    with pytest.raises(UsageError, match="unknown study nowhere; expected one of trial"):
        write_site(settings, "nowhere", "south")
    protocol.write_text(protocol.read_text().replace("design:", "desing:"))
    before = contents(settings.studies)
    with pytest.raises(UsageError, match="desing: unknown key"):
        write_site(settings, "trial", "south")
    assert contents(settings.studies) == before


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(settings: Settings) -> None:
    (settings.studies / "trial").write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="could not be written"):
        write_study(settings, "trial", "north")


def test_the_studies_of_an_installed_package_are_not_written_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("flows.skeletons.write.REPOSITORY", tmp_path)
    with pytest.raises(UsageError, match="name a folder of your own with --studies or CARTROVE_STUDIES"):
        write_study(Settings(studies=tmp_path / "studies"), "trial", "north")
    assert not (tmp_path / "studies").exists()


def test_a_landing_folder_elsewhere_gets_the_note(tmp_path: Path) -> None:
    (tmp_path / "studies").mkdir()
    written = write_study(Settings(studies=tmp_path / "studies", landing=tmp_path / "srv"), "trial", "north")
    assert written.landing == tmp_path / "srv" / "trial" / "north"
    assert (written.landing / NOTE).is_file()


def test_every_page_that_a_skeleton_names_exists() -> None:
    templates = REPOSITORY / "flows" / "skeletons" / "templates"
    text = " ".join(path.read_text("utf-8") for path in templates.iterdir())
    named = {word.strip(".,") for word in text.split() if word.startswith("docs/")}
    assert len(named) == 4
    assert [page for page in named if not (REPOSITORY / page).is_file()] == []
