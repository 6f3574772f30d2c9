"""The groups of tests: what each shows, where its files stand, in which order they run, and how long they take.

A group is a marker: `uv run pytest -m quick`, `uv run pytest -m "quick or tables"`. The quick ones come first; what waits for
a process to be killed, a disk to be full, a service or a browser comes last. Within a group the longest files come first, as they were on
this machine the last time, so that no worker waits for one of them alone at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent


@dataclass(frozen=True)
class Group:
    """Tests that run together.

    seconds: how long they take on one processor, where this machine has not been seen to run them yet.
    places: folders and files below tests/, those that take longest first.
    """

    name: str
    shows: str
    seconds: int
    places: tuple[str, ...]


# In the order in which they run. Seconds are shares of a whole run of 46 minutes with two workers, rough by a half. A file belongs to the group that names the longest beginning of its path.
GROUPS = (
    Group(
        "quick",
        "schemas, transforms, statistics: from a table to a table, and the pages of the repository",
        500,
        ("transforms", "schemas", "test_"),
    ),
    Group("tables", "the SQL of the warehouse and the checks of a built file", 450, ("warehouse",)),
    Group("files", "every format that is read, files that are damaged", 450, ("malformed", "transforms/readers")),
    Group("studies", "the embedded studies, built once for all who look at one, and a foreign registry", 700, ("studies", "registry")),
    Group("nights", "whole nights and every command, with a Prefect server", 1500, ("flows", "test_operations.py", "test_tutorials.py", "test_readme.py")),
    Group("box", "`cartrove up`: a server, a worker, a schedule, and its form in a browser", 300, ("flows/server",)),
    Group("kill", "runs that are killed, stopped, started twice; a disk that is full; a walk of mischief", 700, ("breakage",)),
    Group("browser", "pages and the site of the documentation in a browser, hostile text in them, and names that must not leave", 300, ("privacy", "pages", "test_site.py")),
)  # fmt: skip
# Who looks at an embedded study waits until it is built, which is not quick.
LOOKS_AT_A_STUDY = re.compile(r"^from tests\.studies\.(?:built|night) import", re.MULTILINE)
# All of its files share one box with a server, a worker and a schedule.
OF_ONE_BOX = "flows/server"


@cache
def group_of(file: str) -> Group:
    """The group of a file, given by its path below tests/; of studies, where it would come before them and looks at one."""
    group = max(GROUPS, key=lambda group: _fit(file, group))
    studies = next(one for one in GROUPS if one.name == "studies")
    path = TESTS / file
    if (
        GROUPS.index(group) < GROUPS.index(studies)
        and path.is_file()
        and LOOKS_AT_A_STUDY.search(path.read_text("utf-8"))
    ):
        return studies
    return group


def _fit(file: str, group: Group) -> int:
    return max((len(place) for place in group.places if _stands_in(file, place)), default=-1)


def _stands_in(file: str, place: str) -> bool:
    return file == place or file.startswith(place if place.endswith("_") else f"{place}/")


def place_in_order(file: str, seconds: Mapping[str, float]) -> tuple[int, float, int]:
    """Where a file comes: by its group, then the longest first, then as its group lists them.

    seconds: how long files took, by path below tests/. One that nobody has seen yet may be long.
    """
    group = group_of(file)
    order = [n for n, place in enumerate(group.places) if _stands_in(file, place)]
    return GROUPS.index(group), -seconds.get(unit_of(file), float("inf")), min(order, default=len(group.places))


def unit_of(file: str) -> str:
    """What stays on one worker: a file, which no worker makes again what its tests share; or all files of the box."""
    return OF_ONE_BOX if file.startswith(f"{OF_ONE_BOX}/") else file


def groups_asked_for(expression: str) -> tuple[Group, ...]:
    """The groups that `-m` names and nothing else; all where it says something else."""
    named = re.split(r"\s+or\s+", expression.strip())
    groups = tuple(group for group in GROUPS if group.name in named)
    return groups if len(groups) == len(named) else GROUPS


def may_hold(path: str, groups: Iterable[Group]) -> bool:
    """Whether a file of tests is of one of these groups, or a folder has one that is; both by their path below tests/."""
    wanted = set(groups)
    return any(group_of(file) in wanted for file in files() if file == path or file.startswith(f"{path}/"))


@cache
def files() -> tuple[str, ...]:
    """All files of tests, by their path below tests/."""
    return tuple(sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")))


def minutes(groups: Iterable[Group], seconds: Mapping[str, float], workers: int) -> str:
    """How long groups will take, from how long their files took on this machine; while one has not run here, from what is known of another."""
    total = 0.0
    for group in groups:
        units = {unit_of(file) for file in files() if group_of(file) is group}
        total += sum(seconds[unit] for unit in units) if units <= seconds.keys() else group.seconds
    spent = total / max(workers, 1) / 60
    return "a minute" if spent < 1.5 else f"{spent:.0f} minutes"
