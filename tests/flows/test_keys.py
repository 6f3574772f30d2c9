"""Keys of what is kept follow from what a stage reads: its code by its imports, its mapping and study by their fields."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, make_dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.code_version import STAGING, STUDY, code_files
from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing, study_build_key
from flows.study_folder import Study, load_study
from schemas.answers import ANSWERED
from schemas.mapping import SiteMapping
from schemas.mapping.decisions import Limit
from tests.warehouse.tiny_build import csv_site
from transforms.stage import stage_export

SUBJECT = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
TEXT = "id,day\n1,2024-01-01\n"
STAGED = """
import sys
from pathlib import Path
from tests.flows.test_keys import SUBJECT
from tests.warehouse.tiny_build import csv_site
for name in [name for name in sys.modules if name.startswith(("flows", "schemas", "transforms", "warehouse"))]:
    del sys.modules[name]
from schemas.mapping import SiteMapping
from transforms.stage import stage_export
site = SiteMapping.model_validate_json(sys.argv[2])
stage_export(Path(sys.argv[1]), site.files[0], site)
print(*(module.__file__ for name, module in sys.modules.items() if name.startswith(("flows", "schemas", "transforms", "warehouse"))))
"""


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root.joinpath(*name.split("__")).with_suffix(".sql" if text.startswith("select") else ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_the_files_of_some_code_are_those_it_imports_anywhere_and_the_data_beside_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        transforms__init="", transforms__stage="from transforms.used import (\n    one,\n    part,\n)\n",
        transforms__used__x="", transforms__used__part="def late():\n    import schemas.late\n",
        transforms__used__sql__rule="select 1", schemas__late="", schemas__idle="", transforms__idle__y="",
    )  # fmt: skip
    (tmp_path / "transforms" / "init.py").rename(tmp_path / "transforms" / "__init__.py")
    (tmp_path / "transforms" / "used" / "x.py").rename(tmp_path / "transforms" / "used" / "__init__.py")
    found = [path.relative_to(tmp_path).as_posix() for path in code_files(("transforms.stage",), tmp_path)]
    assert found == [
        "schemas/late.py", "transforms/__init__.py", "transforms/stage.py", "transforms/used/__init__.py",
        "transforms/used/part.py", "transforms/used/sql/rule.sql",
    ]  # fmt: skip


def test_every_module_that_staging_loads_counts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT)
    words = [sys.executable, "-c", STAGED, str(tmp_path / "a.csv"), csv_site(SUBJECT).model_dump_json()]
    ended = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    loaded = {Path(place) for place in ended.stdout.split()}
    assert len(loaded) > 30, ended.stderr
    assert loaded <= {*code_files(STAGING, REPOSITORY)}


def test_a_study_rests_on_its_sql_its_words_and_what_prints_it_and_no_scheduler() -> None:
    found = {path.relative_to(REPOSITORY).as_posix() for path in code_files(STUDY, REPOSITORY)}
    assert {
        "transforms/endpoints/adtte.sql", "transforms/crosschecks/death/nothing_later.sql", "transforms/words/zh.yaml",
        "warehouse/sql/versions.sql", "flows/study/report.py", "flows/study/inputs.py", "transforms/analyses/compute.py",
    } <= found  # fmt: skip
    assert not found & {"flows/nightly.py", "flows/study/flow.py", "flows/server/box.py"}


class WithMore(SiteMapping):
    """A mapping that may say one thing more."""

    more: str = ""


def test_a_further_part_of_a_mapping_is_a_part_of_its_key() -> None:
    content = csv_site(SUBJECT).model_dump()
    one, other = (WithMore.model_validate({**content, "more": said}) for said in ("a", "b"))
    assert one.fingerprint_text() != other.fingerprint_text()


def test_what_a_key_leaves_out_reading_never_looks_at(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TEXT)
    site = csv_site(SUBJECT)
    assert SiteMapping.after_reading() == {
        "name", "language", "every_days", "limits", "normal_ranges", "redcap", "waivers", "answer_lists",
    }  # fmt: skip
    whole = stage_export(tmp_path / "a.csv", site.files[0], site)
    blind = site.model_copy()
    for name in SiteMapping.after_reading():
        del blind.__dict__[name]
    without = stage_export(tmp_path / "a.csv", site.files[0], blind)
    assert {name: frame.rows() for name, frame in whole.items()} == {name: f.rows() for name, f in without.items()}


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(Settings(studies=REPOSITORY / "studies"), "pan2019_cd22_salvage")


def test_each_part_of_a_study_folder_is_a_part_of_its_key(study: Study) -> None:
    (site_id, site), *_ = study.sites.items()
    changed: dict[str, Any] = {
        "protocol": study.protocol.model_copy(update={"title": "another"}),
        "sites": {**study.sites, site_id: site.model_copy(update={"limits": {"*": Limit(rate=0.5, count=5)}})},
        "paper": None,
        "paper_queries": {"x": "select 1"},
        "others": {},
        "answered": pl.DataFrame([dict.fromkeys(ANSWERED)], schema=ANSWERED),
    }
    assert {*changed, "landing"} == {one.name for one in fields(Study)}
    keys = {study_build_key(replace(study, **{name: part}), [], None) for name, part in changed.items()}
    assert len({*keys, study_build_key(study, [], None)}) == len(changed) + 1
    assert study_build_key(replace(study, landing=Path("/elsewhere")), [], None) == study_build_key(study, [], None)


def test_a_further_setting_of_a_report_is_a_part_of_its_key(study: Study) -> None:
    more: Any = make_dataclass("More", [("more", str, "")], bases=(Printing,), frozen=True)
    assert study_build_key(study, [], None, more(more="a")) != study_build_key(study, [], None, more(more="b"))
    assert len({study_build_key(study, [], None, one) for one in (Printing(), Printing(5), Printing(None, "zh"))}) == 3
