"""Every test has one group; quick ones come first, what waits for a kill, a disk, a box or a browser last."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flows.settings import REPOSITORY
from tests.groups import (
    GROUPS,
    TESTS,
    _fit,
    files,
    group_of,
    groups_asked_for,
    may_hold,
    minutes,
    place_in_order,
    unit_of,
)

FILES = files()


def test_every_file_has_a_group_that_names_it_and_every_place_is_there() -> None:
    assert [file for file in FILES if max(_fit(file, group) for group in GROUPS) < 0] == []
    places = [place for group in GROUPS for place in group.places]
    assert len(set(places)) == len(places)
    assert [place for place in places if not list(TESTS.glob(f"{place}*"))] == []


@pytest.mark.parametrize(
    ("file", "group"),
    [
        ("schemas/test_mapping.py", "quick"),
        ("transforms/statistics/test_laws.py", "quick"),
        ("transforms/readers/test_delimited.py", "files"),
        ("warehouse/test_alarms.py", "tables"),
        ("flows/test_nightly.py", "nights"),
        ("flows/server/test_box.py", "box"),
        ("breakage/test_kill.py", "kill"),
        ("pages/test_pages.py", "browser"),
        ("test_release.py", "quick"),
        ("test_docs.py", "studies"),
        ("transforms/analyses/test_paired.py", "studies"),
        ("test_readme.py", "nights"),
        ("test_tutorials.py", "nights"),
        ("test_site.py", "browser"),
    ],
)
def test_a_file_belongs_to_the_group_that_names_most_of_its_path(file: str, group: str) -> None:
    assert group_of(file).name == group


def test_quick_files_come_first_and_within_a_group_those_that_took_longest_or_are_unknown() -> None:
    seconds = {"warehouse/test_a.py": 3.0, "warehouse/test_b.py": 30.0, "schemas/test_c.py": 1.0}
    files = [
        "breakage/test_d.py",
        "warehouse/test_a.py",
        "warehouse/test_b.py",
        "warehouse/test_new.py",
        "schemas/test_c.py",
    ]
    in_order = sorted(files, key=lambda file: place_in_order(file, seconds))
    assert in_order == [
        "schemas/test_c.py", "warehouse/test_new.py", "warehouse/test_b.py", "warehouse/test_a.py", "breakage/test_d.py",
    ]  # fmt: skip


def test_all_files_of_the_box_are_one_unit_and_any_other_file_is_its_own() -> None:
    assert {unit_of(file) for file in FILES if file.startswith("flows/server/")} == {"flows/server"}
    assert unit_of("flows/test_nightly.py") == "flows/test_nightly.py"


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("quick", ["quick"]),
        ("kill or quick", ["quick", "kill"]),
        ("", None),
        ("not kill", None),
        ("quick or other", None),
    ],
)
def test_only_an_expression_of_groups_alone_leaves_files_unread(expression: str, names: list[str] | None) -> None:
    asked = [group.name for group in groups_asked_for(expression)]
    assert asked == (names or [group.name for group in GROUPS])


def test_a_folder_is_left_unread_where_no_group_asked_for_stands_below_it() -> None:
    by_name = {group.name: group for group in GROUPS}
    assert may_hold("transforms", [by_name["files"]]) and may_hold("transforms/readers", [by_name["files"]])
    assert not may_hold("transforms/readers", [by_name["quick"]])
    assert may_hold("flows", [by_name["box"]]) and not may_hold("flows", [by_name["quick"]])


def test_the_duration_is_that_of_the_files_on_this_machine_else_what_the_group_says() -> None:
    tables = next(group for group in GROUPS if group.name == "tables")
    seen = {file: 60.0 for file in FILES if group_of(file) is tables}
    assert minutes([tables], {**seen, "flows/test_nightly.py": 999.0}, 2) == f"{len(seen) / 2:.0f} minutes"
    known_in_part = dict(list(seen.items())[1:])
    assert minutes([tables], known_in_part, 1) == minutes([tables], {}, 1) == f"{tables.seconds / 60:.0f} minutes"


def test_a_run_says_how_long_it_takes_and_reads_no_file_of_another_group() -> None:
    words = ["--collect-only", "-n", "0", "-p", "no:cacheprovider", "-m", "quick"]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "tests/schemas/test_yaml_file.py", "tests/registry"],
        cwd=REPOSITORY, capture_output=True, text=True,
    )  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert "groups, of which -m takes any: quick (" in told.stdout
    assert "<Module test_yaml_file.py>" in told.stdout and "test_ebmt4" not in told.stdout
