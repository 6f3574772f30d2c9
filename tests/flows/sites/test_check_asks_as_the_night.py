"""`site check` asks what the night would ask of that export: no more, no less."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.settings import REPOSITORY, Settings
from flows.sites.stage import stage_site
from flows.sites.try_export import TriedExport, try_alone, try_in_study
from flows.study.product import build_tables
from flows.study_folder import Study, load_study
from schemas.mapping import SiteMapping
from tests.flows.tiny_night import SITE, STUDY, write_tiny_study
from tests.warehouse.tiny_build import csv_site

TODAY = date(2026, 1, 1)
STUDIES = REPOSITORY / "studies"
# Of the study with nine sites those that send several files, a workbook, a rejected row.
OF_NINE = ("wh1", "cd1", "sh1")


def deliveries() -> Iterator[tuple[str, Path]]:
    for folder in sorted(STUDIES.glob("*/landing/*/*")):
        study_id, site_id = folder.parts[-4], folder.parts[-2]
        if not study_id.startswith("zhang") or site_id in OF_NINE:
            yield study_id, folder


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace in which nights staged exports; to try one may use them, and changes none."""
    return Settings(studies=STUDIES, workspace=tmp_path_factory.mktemp("var"))


def questions_of_the_night(study: Study, folder: Path, settings: Settings) -> set[tuple[object, ...]]:
    """As of the day of the delivery, so that it is the site's newest."""
    day, site_id = date.fromisoformat(folder.name), folder.parent.name
    extracts = [one for one in study.extracts(TODAY) if one.site_id != site_id or one.extract_date <= day]
    files = [
        file
        for name, site in study.sites.items()
        for file in stage_site(
            site, [one for one in extracts if one.site_id == name], study.landing, settings, force=False
        ).files
    ]
    asked = build_tables(study, files, None, "night", settings)["meta.site_query"]
    of_it = asked.filter(pl.col("source_file").str.starts_with(f"{site_id}/{day}/"), pl.col("status") != "closed")
    column = pl.coalesce("source_column", "column_name")
    return set(of_it.select(file_name(), "rule_id", "source_sheet", "source_row", column, "status").rows())


def file_name() -> pl.Expr:
    return pl.col("source_file").str.split("/").list.last()


def questions_of_the_check(tried: TriedExport) -> set[tuple[object, ...]]:
    columns = ("rule_id", "source_sheet", "source_row", "source_column", "status")
    return {(file.file, *row) for file in tried.files for row in file.problems.select(columns).rows()}


@pytest.mark.parametrize(("study_id", "folder"), list(deliveries()), ids=lambda one: getattr(one, "name", one))
def test_what_is_asked_of_a_delivery_is_what_the_night_asks(study_id: str, folder: Path, settings: Settings) -> None:
    study = load_study(settings, study_id)
    night = questions_of_the_night(study, folder, settings)
    before = sorted(settings.workspace.rglob("*"))
    tried = try_in_study(folder, study, folder.parent.name, settings, TODAY)
    assert questions_of_the_check(tried) == night
    assert sorted(settings.workspace.rglob("*")) == before


# Of Pan's study by name of the file: what is wrong in it, and a rule that is asked for it.
ROW = "P99,姓名,女,17,2018年7月31日,复发,8.9,是,否,是,2018年8月9日,0.09,2018年9月8日,CR,阴性,,,,,,2019年2月25日,存活,,"
DAMAGES = {
    "a cell too many": (lambda lines: [*lines, f"{ROW},x"], "row.ragged"),
    "a row twice": (lambda lines: [*lines, lines[1]], "row.duplicate"),
    "a subject twice": (lambda lines: [*lines, ROW, ROW.replace("17,", "18,", 1)], "subject.key.unique"),
    "alike ids": (lambda lines: [*lines, ROW, ROW.replace("P99", "P-99")], "subject.alike_ids"),
    "an unknown code": (lambda lines: [*lines, ROW.replace("女", "?")], "subject.sex.code"),
    "no such day": (
        lambda lines: [*lines, ROW.replace("2018年8月9日", "2018年8月90日")],
        "infusion.infusion_date.date",
    ),
    "a part of a day": (
        lambda lines: [*lines, ROW.replace("2018年8月9日", "2018-08")],
        "infusion.infusion_date.partial",
    ),
    "no id": (lambda lines: [*lines, ROW.replace("P99", "#N/A")], "subject.subject_id.readable"),
    "text destroyed": (lambda lines: [*lines, ROW.replace("复发", "锟斤拷")], "cell.garbled"),
    "a telephone": (lambda lines: [*lines, ROW.replace("复发", "13812345678")], "cell.personal_data"),
    "an unknown column": (lambda lines: [f"{line},x" for line in lines], "file.unmapped_column"),
    "another table beneath": (lambda lines: [*lines, "", "编号,复查", "P01,2019年1月1日"], "row.ragged"),
    "infused before enrollment": (lambda lines: [*lines, ROW.replace("2018年8月9日", "2017年8月9日")], None),
    "seen after death": (lambda lines: [*lines, f"{ROW[:-1]}2019年1月1日,"], None),
}


def damaged_study(
    folder: Path, study_id: str, file: str, damage: Callable[[list[str]], list[str]]
) -> tuple[Settings, Path]:
    """The study in a folder of its own, one file of its delivery damaged."""
    shutil.copytree(STUDIES / study_id, folder / "studies" / study_id)
    (sent,) = (folder / "studies" / study_id / "landing").glob(f"*/*/{file}")
    lines = sent.read_text("gb18030").splitlines()
    width = lines[0].count(",")
    assert ROW.count(",") == width, "a row of the file"
    sent.write_text("\n".join([*damage(lines), ""]), "gb18030")
    return Settings(studies=folder / "studies", workspace=folder / "var"), sent.parent


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_asked_of_a_damaged_delivery_is_what_the_night_asks(tmp_path: Path, name: str) -> None:
    damage, rule = DAMAGES[name]
    own, folder = damaged_study(tmp_path, "pan2019_cd22_salvage", "CD22患者.csv", damage)
    study = load_study(own, "pan2019_cd22_salvage")
    night = questions_of_the_night(study, folder, own)
    assert rule is None or rule in {asked[1] for asked in night}
    assert questions_of_the_check(try_in_study(folder, study, "boren", own, TODAY)) == night


def test_an_export_that_has_not_landed_is_asked_the_same_as_today(tmp_path: Path, settings: Settings) -> None:
    folder = next((STUDIES / "pan2019_cd22_salvage" / "landing" / "boren").iterdir())
    study = load_study(settings, "pan2019_cd22_salvage")
    sent = Path(shutil.copytree(folder, tmp_path / "to_send"))
    here = try_in_study(folder, study, "boren", settings, TODAY)
    # What is asked of missing follow-up depends on the day it comes.
    there = try_in_study(sent, study, "boren", settings, date.fromisoformat(folder.name))
    assert questions_of_the_check(there) == questions_of_the_check(here)


FEEDS = (
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled"}},
    {
        "domain": "relapse",
        "where": {"column": "relapsed", "not_blank": True},
        "columns": {"subject_id": "id", "relapse_date": "relapsed"},
    },
    {
        "domain": "death",
        "where": {"column": "died", "not_blank": True},
        "columns": {"subject_id": "id", "death_date": "died"},
    },
)


def test_a_mapping_alone_asks_what_needs_no_protocol_and_names_what_does(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.csv").write_text("id,enrolled,relapsed,died,more\n1,2021-01-01,2021-09-01,2021-06-01,x\n")
    tried = try_alone(tmp_path / "a.csv", csv_site(*FEEDS), settings, TODAY)
    asked = {(row[0], row[2], row[3]) for _, *row in questions_of_the_check(tried)}
    assert ("death.nothing_later", 2, "relapse_date") in asked
    assert ("file.unmapped_column", None, "more") in asked
    (note,) = tried.notes
    assert note.startswith("not checked, because they need a protocol (--study and --site): ")
    assert "infusion.planned_by_protocol" in note and "death.nothing_later" not in note


def test_a_correction_that_finds_nothing_is_told_and_the_questions_all_the_same(
    tmp_path: Path, settings: Settings
) -> None:
    fix = {"id": "typo", "where": {"column": "id", "equals": "1"}, "column": "enrolled", "old": "2012-01-01",
           "new": "2021-01-01", "reason": "typing error", "reported_by": "data manager", "reported_on": "2024-01-02"}  # fmt: skip
    (tmp_path / "a.csv").write_text("id,enrolled,relapsed,died,more\n1,2021-01-01,,,x\n")
    site = SiteMapping.model_validate(csv_site(*FEEDS).model_dump() | {"corrections": [fix]})
    tried = try_alone(tmp_path / "a.csv", site, settings, TODAY)
    assert tried.files[0].problems.height
    assert [refusal.split(" in the export")[0] for refusal in tried.refusals] == ["s correction typo: matches nothing"]
    assert not tried.is_sound


def test_a_value_that_no_level_covers_fails_the_check_as_it_fails_the_night(settings: Settings) -> None:
    study = load_study(settings, "pan2019_cd22_salvage")
    folder = next((STUDIES / study.study_id / "landing" / "boren").iterdir())
    sound = try_in_study(folder, study, "boren", settings, TODAY)
    levels = {"relapse": ["hematologic relapse"], "refractory": ["refractery"]}
    factor = study.protocol.risk_factors["disease_status"].model_copy(update={"levels": levels})
    factors = {**study.protocol.risk_factors, "disease_status": factor}
    misspelled = replace(study, protocol=study.protocol.model_copy(update={"risk_factors": factors}))
    tried = try_in_study(folder, misspelled, "boren", settings, TODAY)
    assert sound.refusals == []
    assert "expected every recorded value in a level" in tried.refusals[0] and not tried.is_sound
    assert questions_of_the_check(tried) == questions_of_the_check(sound)


def test_a_delivery_of_the_site_that_cannot_be_read_is_told_and_left_out(tmp_path: Path, settings: Settings) -> None:
    study_id = "pan2019_cd22_salvage"
    shutil.copytree(STUDIES / study_id, tmp_path / study_id)
    landing = tmp_path / study_id / "landing" / "boren"
    (landing / "2019-01-01").mkdir()
    (landing / "2019-01-01" / "nothing.pdf").write_text("x")
    own = settings.model_copy(update={"studies": tmp_path})
    tried = try_in_study(next(landing.glob("2019-02*")), load_study(own, study_id), "boren", own, TODAY)
    assert any(note.startswith("left out: boren 2019-01-01") for note in tried.notes)


@pytest.mark.parametrize(("lines", "held"), [(3, True), (6, False)])
def test_an_export_that_lacks_much_of_what_is_in_force_is_told_to_be_held_and_whom_it_lacks_is_asked(
    tmp_path: Path, settings: Settings, lines: int, held: bool
) -> None:
    sent = write_tiny_study(tmp_path / "studies")
    protocol = tmp_path / "studies" / STUDY / "protocol.yaml"
    protocol.write_text(yaml.safe_dump({**yaml.safe_load(protocol.read_text()), "accepted_falls": []}))
    shorter = tmp_path / "export.csv"
    shorter.write_text("\n".join(sent.read_text().splitlines()[:lines]) + "\n")
    own = settings.model_copy(update={"studies": tmp_path / "studies", "workspace": tmp_path / "var"})
    tried = try_in_study(shorter, load_study(own, STUDY), SITE, own, TODAY)
    assert [told.split(",")[0] for told in tried.held] == [f"s {TODAY}: lacks 3 of 5 subjects"][: int(held)]
    asked = set(tried.files[0].problems["rule_id"])
    assert ("export.shrunk" in asked) == ("export.left_out" in asked) == held
    assert not (held and tried.is_sound)
