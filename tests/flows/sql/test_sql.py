"""`cartrove sql`: formats, bound values, errors as one sentence, and an answer at any hour."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.sql.connection import open_for_analyst
from flows.sql.prompt import answer, is_finished
from schemas.errors import UsageError
from tests.flows.sql.place import ask
from tests.studies.night import published_night

Captured = pytest.CaptureFixture[str]
ROWS = (
    "select '=1+1' as formula, '中文' as text, -1.5 as number, null as blank, date '2024-01-31' as day, [1, 2] as list"
)


def test_a_table_is_aligned_by_what_a_terminal_shows(capsys: Captured) -> None:
    out = ask(capsys, "sql", "select '中文' as a, 1 as b union all select 'ab', 2 order by b").out
    assert "│ 中文    │     1 │" in out
    assert "│ ab      │     2 │" in out


def test_a_long_table_says_what_it_leaves_out(capsys: Captured) -> None:
    assert "(5 shown)" in ask(capsys, "sql", "from range(200)", "--rows", "5").out


def test_csv_holds_no_formula(capsys: Captured) -> None:
    header, row = csv.reader(io.StringIO(ask(capsys, "sql", ROWS, "--format", "csv").out))
    assert header == ["formula", "text", "number", "blank", "day", "list"]
    assert row == ["'=1+1", "中文", "-1.5", "", "2024-01-31", "[1, 2]"]


def test_json_holds_values_as_they_are(capsys: Captured) -> None:
    expected = {"formula": "=1+1", "text": "中文", "number": -1.5, "blank": None, "day": "2024-01-31", "list": [1, 2]}
    assert json.loads(ask(capsys, "sql", ROWS, "--format", "json").out) == [expected]
    assert json.loads(ask(capsys, "sql", ROWS, "--format", "ndjson").out) == expected


def test_json_without_rows_is_a_list(capsys: Captured) -> None:
    assert json.loads(ask(capsys, "sql", "from range(0)", "--format", "json").out) == []


def test_two_columns_of_one_name_are_two_in_json(capsys: Captured) -> None:
    assert json.loads(ask(capsys, "sql", "select 1 as a, 2 as a", "--format", "ndjson").out) == {"a": 1, "a_2": 2}


def test_values_are_bound_by_their_kind(capsys: Captured) -> None:
    sql = "select typeof($a) as a, typeof($b) as b, typeof($c) as c, typeof($d) as d, $e as e"
    given = ["a=12", "b=1.5", "c=2024-01-31", "d=007", "e='12'; drop table adam.adsl"]
    parameters = [part for value in given for part in ("--param", value)]
    found = json.loads(ask(capsys, "sql", sql, "--format", "ndjson", *parameters).out)
    assert found["a"] in {"INTEGER", "BIGINT"}
    assert (found["b"], found["c"], found["d"]) == ("DOUBLE", "DATE", "VARCHAR")
    assert found["e"] == "'12'; drop table adam.adsl"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["slect 1"], "line 1, column 1: syntax error"),
        (["select 1;\nselect nope from adam.adsl"], "line 2, column 8: Referenced column"),
        (["select 'x' as a, cast(a as integer)"], "Could not convert string"),
        (["select $a"], "$a: expected a value; give it by --param a=..."),
        (["select 1", "--param", "a=1"], "--param a: the SQL has no $a"),
        (["select 1", "--param", "a"], "--param a: expected name=value"),
        (["/* nothing */"], "expected a query; found none"),
        (["select 1", "--snapshot", "../cartrove"], "expected a snapshot below"),
        (["create table t as select 1"], "read-only"),
        (["copy (select 1) to 'leak.csv'"], "disabled"),
        (["select 1", "--file", "nowhere.sql"], "not both"),
    ],
)
def test_an_error_is_one_sentence_with_its_place(capsys: Captured, arguments: list[str], said: str) -> None:
    found = ask(capsys, "sql", *arguments)
    assert found.code == 2
    assert said in found.error
    assert len(found.error.strip().splitlines()) == 1


def test_a_query_too_large_says_which_setting(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_SQL_MEMORY", "100MB")
    found = ask(
        capsys,
        "sql",
        "select md5(range::varchar) as h, md5(h) || md5(h || h) from range(3_000_000) order by h",
        "--format",
        "csv",
    )
    assert found.code == 2
    assert "CARTROVE_SQL_MEMORY" in found.error


def test_sql_of_a_file_with_several_statements(capsys: Captured, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text("set variable day = date '2024-01-31';\nselect getvariable('day') as day;\n")
    assert ask(capsys, "sql", "--file", str(file), "--format", "csv").out == "day\n2024-01-31\n"


def test_many_rows_are_written_as_they_are_read(tmp_path: Path) -> None:
    """A reader that has seen enough ends the command without a word."""
    command = [sys.executable, "-m", "flows.command", "sql", "from range(1_000_000_000)", "--format", "ndjson"]
    with subprocess.Popen(
        [*command, "--workspace", str(published_night().parents[1])], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as asked:
        assert asked.stdout is not None and asked.stderr is not None
        assert asked.stdout.readline() == b'{"range": 0}\n'
        asked.stdout.close()
        assert asked.wait(60) == 0
        assert asked.stderr.read() == b""


def test_what_is_piped_in_is_run(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "flows.command", "sql", "--format", "csv", "--workspace", str(published_night().parents[1])],
        input="select 42 as x", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert asked.stdout == "x\n42\n"


def test_a_question_imports_neither_scheduler_nor_statistics() -> None:
    program = (
        "import sys; from flows.command import main\n"
        "try: main(['sql', 'select 1', '--workspace', sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "print(sorted({'prefect', 'lifelines', 'polars', 'pandas', 'numpy', 'scipy', 'matplotlib', 'great_expectations'} & set(sys.modules)))"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program, str(published_night().parents[1])], capture_output=True, text=True, check=True
    )
    assert asked.stdout.splitlines()[-1] == "[]"


def test_questions_are_answered_while_nights_are_published(tmp_path: Path) -> None:
    published = tmp_path / "cartrove.duckdb"
    shutil.copy(published_night(), published)
    done = threading.Event()

    def publish() -> None:
        while not done.is_set():
            shutil.copy(published_night(), tmp_path / "built")
            os.replace(tmp_path / "built", published)

    publisher = threading.Thread(target=publish)
    publisher.start()
    try:
        for _ in range(20):
            with open_for_analyst(Settings(), published) as connection:
                assert connection.execute("select count(*) from meta.study").fetchall() == [(7,)]
    finally:
        done.set()
        publisher.join()


def test_commands_of_the_prompt_list_and_never_write(capsys: Captured) -> None:
    with open_for_analyst(Settings(), published_night()) as connection:
        for command, shown in ((".tables", "adam.adtte"), (".macros", "adam.km("), (".columns meta.run", "run_id")):
            answer(connection, command, 40)
            assert shown in capsys.readouterr().out
        for command in (
            ".output leak",
            ".once leak",
            ".save leak",
            ".read leak",
            ".shell ls",
            ".open leak",
            ".import a b",
        ):
            with pytest.raises(UsageError, match="expected one of"):
                answer(connection, command, 40)


@pytest.mark.parametrize(("text", "runs"), [("select 1", False), ("select 1;", True), (".tables", True), ("", True)])
def test_enter_runs_what_is_finished(text: str, runs: bool) -> None:
    from prompt_toolkit.document import Document

    assert is_finished(Document(text)) is runs
