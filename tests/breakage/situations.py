"""What hospitals, shares and people do to a night, each with what must come out of it and the tests that show it.

`uv run python -m tests.breakage.situations` runs these tests and prints the table with how each came out.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SHRUNK, FOLDERS, LANDING = (
    f"tests/flows/{name}.py" for name in ("sites/test_shrunk", "test_landing_folders", "sites/test_landing")
)
DAMAGED, LAST, NIGHTLY = (
    "tests/warehouse/test_damaged.py",
    "tests/flows/night/test_last_night.py",
    "tests/flows/test_nightly.py",
)
ENVIRONMENT, OUTPUT, MODES = (
    f"tests/flows/{name}.py" for name in ("runs/test_environment", "sql/test_output", "night/test_modes")
)
WITHDRAW, PASSWORD, RUNS = (
    f"tests/flows/{name}.py" for name in ("history/test_withdraw", "server/test_password", "server/test_runs")
)


@dataclass(frozen=True)
class Situation:
    """kind: what it is called where people report it. expected: what must come out. shown_by: tests, as file::beginning of the name."""

    name: str
    kind: str
    expected: str
    shown_by: tuple[str, ...]


SITUATIONS = (
    Situation("a full export of half the subjects", "truncated export", "the site is held, the list names who is missing", (
        f"{SHRUNK}::test_an_export_of_half", f"{SHRUNK}::test_the_question_names", f"{SHRUNK}::test_what_is_too_much")),
    Situation("a full export that lacks half of a table", "truncated export", "the site is held", (f"{SHRUNK}::test_an_export_of_all_subjects",)),
    Situation("a published file cut short where it lies", "overwritten file", "the site stays as published", (f"{SHRUNK}::test_a_file_cut_short",)),
    Situation("a published export taken away", "deleted file", "told, and held where much would go", (
        f"{SHRUNK}::test_an_export_that_was_taken_away", f"{SHRUNK}::test_an_export_that_is_gone")),
    Situation("an answer that the loss is right", "withdrawn subjects", "the export is used", (f"{SHRUNK}::test_a_waiver",)),
    Situation("another program holds the published file", "lock conflict", "published all the same, its pid is told", (
        f"{DAMAGED}::test_a_file_that_another_program", f"{LAST}::test_a_night_is_published_beside")),
    Situation("no right to read the published file", "permissions", "no damage, nothing is thrown away", (f"{DAMAGED}::test_a_file_that_may_not",)),
    Situation("many threads open the published file", "configuration locked", "all read it", ("tests/warehouse/test_locked.py::test_threads",)),
    Situation("the share is unmounted", "unmounted share", "the study is carried over, one sentence", (f"{LAST}::test_exports_that_were_there",)),
    Situation("no subject yet, or one", "empty data frame", "every study gives results and a report", ("tests/studies/test_young_studies.py::test",)),
    Situation("an impossible day in a YAML", "date out of range", "its study fails with line and remedy", (
        "tests/schemas/test_yaml_file.py::test_a_broken_file", f"{NIGHTLY}::test_an_impossible_day")),
    Situation("a study's folder is gone", "removed project", "kept, and said", (f"{NIGHTLY}::test_a_study_whose_folder_is_gone",)),
    Situation("@eaDir, $RECYCLE.BIN, New folder", "stray folders", "costs nothing; told where it may hold data", (
        f"{FOLDERS}::test_what_a_file_server", f"{FOLDERS}::test_what_may_hold_data", f"{FOLDERS}::test_a_stray_folder")),
    Situation("20240905 beside 2024-09-05", "two names of one day", "one is read, the other told", (f"{FOLDERS}::test_what_may_hold_data",)),
    Situation("a file still arriving, the share's clock off", "partial upload", "watched, never staged by half", (
        f"{LANDING}::test_an_upload_is_waited", f"{LANDING}::test_a_file_changed_under")),
    Situation("names of macOS and Windows", "NFD, .CSV, Thumbs.db", "known as what they are", (
        "tests/transforms/conform/test_file_names.py::test", "tests/transforms/conform/test_pair_files.py::test_a_zip_of_macos")),
    Situation("a proxy, prefect.toml, another database", "environment of another program", "nothing of it reaches the run", (
        f"{ENVIRONMENT}::test_proxies",)),
    Situation("a broken prefect.db", "corrupt database", "put aside, the run goes on", (f"{ENVIRONMENT}::test_a_database",)),
    Situation("CARTROVE_TIMEZONE=Beijing", "unknown time zone", "a usage error", (f"{ENVIRONMENT}::test_a_time_zone",)),
    Situation("an open umask", "world-readable data", "0700 and 0600, one file for a named group", (f"{MODES}::test",)),
    Situation("ASCII terminal, closed pipe, full disk, huge text", "broken output", "a sentence or nothing, no traceback", (f"{OUTPUT}::test",)),
    Situation("a study is withdrawn", "removed project", "published without it, gone from all that is kept, and searched for", (
        f"{WITHDRAW}::test_a_study_is_gone", f"{WITHDRAW}::test_the_only_study", f"{ENVIRONMENT}::test_a_second_server")),
    Situation("a subject takes back consent", "right to erasure", "never read again, gone from snapshots and caches", (
        f"{WITHDRAW}::test_a_subject_is_never_read", f"{WITHDRAW}::test_a_night_built_again")),
    Situation("a study is renamed", "renamed project", "published once, under its new name", (f"{WITHDRAW}::test_a_renamed_study",)),
    Situation("another user of the machine asks the server", "no authentication", "401; a password is made, told once, kept 0600", (
        f"{PASSWORD}::test_who_does_not_give_it", f"{PASSWORD}::test_it_", f"{PASSWORD}::test_a_new_one",
        f"{ENVIRONMENT}::test_the_server_of_a_run", "tests/flows/server/test_job_template.py::test_no_command")),
    Situation("a run is claimed and never begins", "stuck in Submitting", "crashed by the server, the next run has its slot", (
        f"{RUNS}::test_a_run_that_was_claimed", f"{RUNS}::test_a_run_that_waits")),
    Situation("Ctrl-C in the first instant", "KeyboardInterrupt", "no traceback, 130", ("tests/flows/test_start.py::test_a_command",)),
    Situation("personal data in a remark", "leak of identifiers", "recall over 99 %, precision over 98 %", (
        "tests/transforms/conform/test_personal_data.py::test",)),
    Situation("one mischief after the other, at random", "all of the above at once", "a complete night, nothing lost in silence", (
        "tests/breakage/test_walk.py::test",)),
)  # fmt: skip


class _Outcomes:
    """Which tests passed and which did not, by node id."""

    def __init__(self) -> None:
        self.found: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.found[report.nodeid] = self.found.get(report.nodeid, True) and not report.failed


def run() -> int:
    """Run the tests and print the table. Gives how many situations did not come out as they must."""
    outcomes = _Outcomes()
    files = sorted({place.partition("::")[0] for situation in SITUATIONS for place in situation.shown_by})
    pytest.main(["-q", "--no-header", "--tb=line", *(str(REPOSITORY / file) for file in files)], plugins=[outcomes])
    missed = 0
    for situation in SITUATIONS:
        told = [[ok for test, ok in outcomes.found.items() if test.startswith(place)] for place in situation.shown_by]
        held = all(results and all(results) for results in told)
        missed += not held
        print(f"{'held  ' if held else 'BROKEN'}  {situation.name}  [{situation.kind}]: {situation.expected}")  # noqa: T201
    return missed


if __name__ == "__main__":
    sys.exit(min(run(), 1))
