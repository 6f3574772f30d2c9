"""The night as its users meet it: what is published, what happens when something is wrong, what is left alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date, timedelta

import duckdb
import pytest
import yaml

from flows.command import main
from flows.runs.one_run import hold_workspace
from schemas.errors import ChecksFailed, DataRejected, RunBusy, UsageError
from tests.flows.conftest import OTHER_STUDY, Place
from tests.flows.tiny_night import STUDY, copy_study
from warehouse.locked import open_published

CHILDREN, SALVAGE = "pan2020_seq1922_paed", "pan2019_cd22_salvage"


def test_a_night_publishes_tables_reports_and_query_lists(night: Place) -> None:
    states = night.query("SELECT study_id, state FROM meta.run_study ORDER BY 1").rows()
    assert states == [(SALVAGE, "built"), (CHILDREN, "built")]
    assert "<h1>" in (night.settings.reports / CHILDREN / "index.html").read_text("utf-8")
    index = (night.settings.reports / "index.html").read_text("utf-8")
    for page in ("index.html", "explore.html"):
        assert (night.settings.reports / CHILDREN / page).exists()
        assert f'href="{CHILDREN}/{page}"' in index
    assert (night.settings.queries / CHILDREN / "boren.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_table_and_column_is_commented(night: Place) -> None:
    tables = night.query("SELECT count(*) FILTER (comment IS NULL), count(*) FROM duckdb_tables()").row(0)
    columns = night.query("SELECT count(*) FILTER (comment IS NULL), count(*) FROM duckdb_columns() WHERE NOT internal")
    assert tables[0] == 0
    assert tables[1] > 40
    assert columns.row(0)[0] == 0


def test_an_unchanged_night_builds_and_publishes_nothing(night: Place) -> None:
    before = night.settings.published.stat().st_mtime_ns
    assert night.run() is None
    assert night.settings.published.stat().st_mtime_ns == before
    assert night.last_run()["studies"] == {SALVAGE: "reused", CHILDREN: "reused"}


def test_one_studys_failure_stops_no_other_and_its_last_tables_are_carried_over(two_tiny_nights: Place) -> None:
    export = next((two_tiny_nights.studies / OTHER_STUDY / "landing").rglob("*.csv"))
    export.write_text("nothing,like,the,mapping\n1,2,3,4\n", "utf-8")
    failure = two_tiny_nights.run(force=True)
    assert failure is not None
    assert failure.exit_code == DataRejected.exit_code
    assert OTHER_STUDY in str(failure)
    assert export.name in str(failure)
    states = dict(two_tiny_nights.query("SELECT study_id, state FROM meta.run_study").rows())
    assert states == {OTHER_STUDY: "carried over", STUDY: "built"}
    assert two_tiny_nights.query(f"SELECT count(*) FROM adam.adsl WHERE study_id = '{OTHER_STUDY}'").item() == 5


def test_a_broken_protocol_fails_its_study_with_the_path_inside_the_yaml(tiny_place: Place) -> None:
    copy_study(tiny_place.studies, OTHER_STUDY)
    protocol = tiny_place.studies / STUDY / "protocol.yaml"
    content = yaml.safe_load(protocol.read_text("utf-8"))
    content["endpoints"]["os"]["origin"] = "infusoin_1"
    protocol.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    failure = tiny_place.run()
    assert failure is not None
    assert failure.exit_code == UsageError.exit_code
    assert "endpoints.os.origin: expected one of infusion_1, remission, transplant; found infusoin_1" in str(failure)
    assert tiny_place.query("SELECT state FROM meta.run_study ORDER BY study_id").to_series().to_list() == [
        "built",
        "failed",
    ]


def test_an_impossible_day_in_a_mapping_and_one_that_cant_be_read_stop_their_own_study_alone(night: Place) -> None:
    mapping = night.studies / SALVAGE / "sites" / "boren.yaml"
    mapping.write_text(mapping.read_text("utf-8") + "\nwaivers:\n  - decided_on: 2023-02-29\n", "utf-8")
    failure = night.run()
    assert failure is not None
    assert failure.exit_code == UsageError.exit_code
    assert "expected a day that exists, as 2024-03-05" in str(failure)
    mapping.unlink()
    mapping.mkdir()
    assert "boren.yaml: file not found" in str(night.run())
    assert night.last_run()["studies"] == {SALVAGE: "carried over", CHILDREN: "reused"}


def test_a_study_whose_folder_is_gone_stays_published_and_the_night_says_so(two_tiny_nights: Place) -> None:
    (two_tiny_nights.studies / OTHER_STUDY).rename(two_tiny_nights.workspace / "moved")
    assert two_tiny_nights.run() is None
    (told,) = two_tiny_nights.query("SELECT study_id, kind, what FROM meta.alarm WHERE kind = 'study gone'").rows()
    assert told[0] == OTHER_STUDY
    assert "there is no protocol.yaml any more" in told[2]


def test_a_second_run_in_the_same_workspace_is_told_that_the_first_is_busy(place: Place) -> None:
    with hold_workspace(place.workspace), pytest.raises(RunBusy, match="another run is working"):
        place.run()
    assert not place.settings.published.exists()


def test_a_failed_check_keeps_the_last_night_published(night: Place) -> None:
    before = night.settings.published.read_bytes()
    mapping = night.studies / CHILDREN / "sites" / "boren.yaml"
    mapping.write_text(mapping.read_text("utf-8").replace("equals: CAR-T(流式)", "equals: 别的"), "utf-8")
    failure = night.run(studies=[CHILDREN])
    assert isinstance(failure, ChecksFailed)
    assert "lost more than a tenth" in str(failure)
    assert night.settings.published.read_bytes() == before


def test_an_export_cut_short_where_it_lies_holds_its_site_and_no_other(night: Place) -> None:
    before = night.query("SELECT count(*) FROM core.laboratory").item()
    export = next((night.studies / CHILDREN / "landing").rglob("检验.csv"))
    export.write_bytes(b"\r\n".join(export.read_bytes().split(b"\r\n")[:100]))
    failure = night.run()
    assert failure is not None
    assert failure.exit_code == DataRejected.exit_code
    assert "lacks " in str(failure)
    assert night.query("SELECT count(*) FROM core.laboratory").item() == before
    assert night.query("SELECT study_id, kind FROM meta.alarm").rows() == [(CHILDREN, "held export")]
    assert (
        night.query("SELECT count(*) FROM meta.site_query WHERE rule_id = 'export.shrunk' AND status = 'open'").item()
        == 1
    )


def test_a_fall_of_rows_is_published_once_the_protocol_accepts_it(night: Place) -> None:
    (export,) = (night.studies / CHILDREN / "landing").rglob("检验.csv")
    export.write_bytes(b"\r\n".join(export.read_bytes().split(b"\r\n")[:100]))
    protocol = night.studies / CHILDREN / "protocol.yaml"
    today = date.today()
    falls = [
        {"table": table, "rows": rows, "reason": "the laboratory withdrew a batch", "decided_by": "data manager",
          "decided_on": today - timedelta(days=2), "applies_until": today + timedelta(days=2)}
        for table, rows in (("antigen_expression", 0), ("cell_kinetics", 40), ("laboratory", 40))
    ]  # fmt: skip
    content = {**yaml.safe_load(protocol.read_text("utf-8")), "accepted_falls": falls}
    protocol.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert night.run(studies=[CHILDREN]) is None
    accepted = night.query("SELECT table_name FROM meta.accepted_fall ORDER BY ALL").rows()
    assert accepted == [("core.antigen_expression",), ("core.cell_kinetics",), ("core.laboratory",)]


def test_a_reader_that_holds_the_published_file_is_neither_disturbed_nor_disturbing(two_tiny_nights: Place) -> None:
    with open_published(two_tiny_nights.settings.published) as reader:
        before = reader.execute("SELECT run_id FROM meta.run").fetchone()
        assert two_tiny_nights.run(studies=[STUDY], force=True) is None
        assert reader.execute("SELECT run_id FROM meta.run").fetchone() == before
    assert two_tiny_nights.query("SELECT run_id FROM meta.run").row(0) != before


def test_a_run_for_one_study_keeps_the_others(two_tiny_nights: Place) -> None:
    two_tiny_nights.run(studies=[STUDY], force=True)
    states = dict(two_tiny_nights.query("SELECT study_id, state FROM meta.run_study").rows())
    assert states == {STUDY: "built", OTHER_STUDY: "kept"}


def test_a_run_with_its_own_data_cut_publishes_a_snapshot_and_leaves_the_night_alone(night: Place) -> None:
    before = night.settings.published.read_bytes()
    assert night.run(studies=[CHILDREN], data_cut=date(2019, 3, 31)) is None
    assert night.settings.published.read_bytes() == before
    snapshot = night.settings.published.parent / "snapshots" / "data_cut_2019-03-31.duckdb"
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        assert connection.execute("SELECT max(adt) <= DATE '2019-03-31' FROM adam.adtte").fetchone() == (True,)


def test_no_value_of_a_subject_reaches_log_or_prefect(place: Place) -> None:
    marked = "患儿BR07标记"
    export = next((place.studies / CHILDREN / "landing").rglob("病例资料.csv"))
    export.write_bytes(export.read_bytes().replace("患儿BR07".encode("gb18030"), marked.encode("gb18030")))
    place.run(studies=[CHILDREN])
    written = [path for path in place.workspace.rglob("*") if path.is_file() and "staging" not in path.parts]
    assert written
    assert not [path for path in written if marked.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "nosuch"], "unknown study nosuch; expected one of"),
        (["run", "--study", "nosuch"], "unknown study nosuch; expected one of"),
        (["run", "--site", "nosuch"], "unknown site nosuch; expected one of boren"),
        (["run", "--studies", "/no/such/folder"], "--studies /no/such/folder: expected a folder"),
        (["frobnicate"], "No such command"),
    ],
)
def test_the_command_exits_with_2_and_a_sentence_for_wrong_usage(
    place: Place, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == UsageError.exit_code
    assert message in capsys.readouterr().err


def test_a_process_that_is_used_wrongly_ends_without_a_traceback(place: Place) -> None:
    words = [sys.executable, "-m", "flows.command", "check", "nosuch"]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == UsageError.exit_code
    assert ended.stderr.startswith("cartrove: unknown study nosuch; expected one of")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", [CHILDREN, SALVAGE])
def test_nothing_is_lost(night: Place, name: str) -> None:
    off = night.query(
        "SELECT count(*) FROM meta.reconciliation "
        f"WHERE study_id = '{name}' AND rows_read <> accepted + quarantined + duplicate + superseded + set_aside + unclaimed"
    )
    assert off.item() == 0


def test_a_study_whose_product_is_gone_is_built_again_and_not_lost(two_tiny_nights: Place) -> None:
    shutil.rmtree(two_tiny_nights.settings.products)
    assert two_tiny_nights.run(studies=[STUDY]) is None
    states = dict(two_tiny_nights.query("SELECT study_id, state FROM meta.run_study").rows())
    assert states == {STUDY: "built", OTHER_STUDY: "built"}
