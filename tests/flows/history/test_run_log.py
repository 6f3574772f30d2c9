"""The run log: a change anywhere in it is found, and a run killed on the way is not one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.history.audit import accept, log_lines, verify
from flows.history.run_log import RunLog
from flows.settings import Settings
from schemas.errors import UsageError

NIGHT = {"started_by": "schedule", "user": "cartrove", "host": "box", "parameters": {"studies": []}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A workspace with the log of two nights."""
    settings = Settings(workspace=tmp_path)
    log = RunLog.of(settings)
    for run_id in ("night-1", "night-2"):
        log.append("begun", run_id, NIGHT)
        log.append("ended", run_id, {"studies": {"a": "built"}, "published": False, "exit_code": 0})
    return settings


def lines_of(settings: Settings) -> list[str]:
    return RunLog.of(settings).path.read_text("utf-8").splitlines(keepends=True)


def test_an_untouched_log_has_no_finding(settings: Settings) -> None:
    assert verify(settings).findings == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda lines: [*lines[:1], lines[1].replace("built", "kept"), *lines[2:]], "line 2 (ended"),
        (lambda lines: lines[:1] + lines[2:], "the line before it was changed or is gone"),
        (lambda lines: lines[1:], "what stands before the first line was changed or is gone"),
        (lambda lines: [lines[0], lines[0], *lines[1:]], "line 2 (begun"),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "the line before it was changed or is gone"),
        (lambda lines: lines[:-1], "line 4, its last by head.json, is not in it: it was truncated or rewritten"),
        (
            lambda lines: [*lines[:-1], lines[-1][:-20]],
            "line 4, its last by head.json, is not in it: its last line is damaged",
        ),
        (lambda lines: [*lines[:1], "scribbled over\n", *lines[2:]], "line 2 (unreadable"),
    ],
    ids=["word", "removed", "first removed", "put in", "swapped", "cut short", "torn", "scribbled"],
)
def test_a_change_is_found(settings: Settings, change: Callable[[list[str]], list[str]], finding: str) -> None:
    RunLog.of(settings).path.write_text("".join(change(lines_of(settings))), "utf-8")
    assert any(finding in found for found in verify(settings).findings)


def test_a_log_cut_short_together_with_its_head_is_found_by_a_copy_of_the_head(settings: Settings) -> None:
    copy = verify(settings).head
    lines = lines_of(settings)[:2]
    RunLog.of(settings).path.write_text("".join(lines), "utf-8")
    last = json.loads(lines[-1])
    RunLog.of(settings).head_path.write_text(json.dumps({"seq": last["seq"], "hash": last["hash"]}))
    assert verify(settings).findings == []
    assert "which was its head once" in verify(settings, copy).findings[0]
    assert verify(settings, last["hash"][:12]).findings == []


def test_a_head_too_short_to_mean_one_line_is_refused(settings: Settings) -> None:
    with pytest.raises(UsageError, match="expected at least 12 characters"):
        verify(settings, "abc")


def test_a_line_torn_by_a_kill_is_mended_by_the_next_run_and_told_in_the_log(settings: Settings) -> None:
    with RunLog.of(settings).path.open("a") as log:
        log.write('{"seq": 5, "event": "beg')
    assert verify(settings).findings == []
    RunLog.of(settings).append("begun", "night-3", NIGHT)
    assert [line["event"] for line in RunLog.of(settings).lines()][-2:] == ["mended", "begun"]
    assert RunLog.of(settings).lines()[-2]["torn"] == '{"seq": 5, "event": "beg'
    assert verify(settings).findings == []


def test_an_end_that_was_cut_off_before_later_runs_stays_found(settings: Settings) -> None:
    RunLog.of(settings).path.write_text("".join(lines_of(settings)[:-1]), "utf-8")
    RunLog.of(settings).append("begun", "night-3", NIGHT)
    assert verify(settings).findings == ["run log, line 4: when it was written, line 4 was already gone"]


def test_a_kill_between_line_and_head_is_no_finding(settings: Settings) -> None:
    head = RunLog.of(settings).head_path.read_bytes()
    RunLog.of(settings).append("begun", "night-3", NIGHT)
    RunLog.of(settings).head_path.write_bytes(head)
    assert verify(settings).findings == []


def test_a_run_that_was_killed_is_shown_as_one_that_did_not_end(settings: Settings) -> None:
    RunLog.of(settings).append("begun", "night-3", NIGHT)
    assert [run["exit"] for run in log_lines(settings)] == ["0", "0", "did not end"]


def test_a_signed_log_can_not_be_written_without_its_key(tmp_path: Path) -> None:
    signed = Settings(workspace=tmp_path, audit_key=SecretStr("of the hospital"))
    RunLog.of(signed).append("begun", "night-1", NIGHT)
    assert verify(signed).findings == []
    RunLog.of(Settings(workspace=tmp_path)).append("ended", "night-1", {})
    RunLog.of(Settings(workspace=tmp_path, audit_key=SecretStr("guessed"))).append("begun", "night-2", NIGHT)
    found = verify(signed).findings
    assert [finding.split(": ", 1)[1] for finding in found] == [
        "is not signed, though lines before it are",
        "was changed since it was written",
    ]


def test_a_signed_log_read_without_its_key_says_what_is_missing(tmp_path: Path) -> None:
    RunLog(Settings(workspace=tmp_path).log, b"key").append("begun", "night-1", NIGHT)
    assert "is signed; set CARTROVE_AUDIT_KEY to check it" in verify(Settings(workspace=tmp_path)).findings[0]


def test_lines_of_an_earlier_version_are_held_by_the_chain_that_follows_them(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    settings.log.mkdir()
    RunLog.of(settings).path.write_text('{"run_id": "old", "exit_code": 1}\n')
    RunLog.of(settings).append("begun", "night-1", NIGHT)
    assert verify(settings).findings == []
    text = RunLog.of(settings).path.read_text()
    RunLog.of(settings).path.write_text(text.replace('"exit_code": 1', '"exit_code": 0'))
    assert "what stands before the first line was changed" in verify(settings).findings[0]


def test_what_was_looked_into_is_told_no_more_and_a_further_change_is(settings: Settings) -> None:
    log = RunLog.of(settings)
    log.path.write_text("".join(lines_of(settings)[:-1]), "utf-8")
    log.append("begun", "night-3", NIGHT)
    assert len(accept(settings, "disk was full")) == 1
    assert verify(settings).findings == []
    assert verify(settings).accepted
    log.head_path.unlink()
    assert len(verify(settings).findings) == 1


def test_nothing_logged_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the run log is empty"):
        verify(Settings(workspace=tmp_path))
