"""docs/architecture.md shows the rooms and the imports between them as they are."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.settings import REPOSITORY

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")
ROOMS = ("flows", "schemas", "transforms", "warehouse")


def imports_between_rooms(folder: Path) -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in (folder / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                yield from ((room, name.split(".")[0]) for name in names)


def test_the_arrows_are_the_imports_between_rooms() -> None:
    drawn = set(re.findall(rf"^    ({'|'.join(ROOMS)}) --> ({'|'.join(ROOMS)})$", PAGE, re.MULTILINE))
    found = {(room, other) for room, other in imports_between_rooms(REPOSITORY) if other in ROOMS and other != room}
    assert drawn == found


def test_an_import_that_goes_back_would_be_seen(tmp_path: Path) -> None:
    for room in ROOMS:
        (tmp_path / room).mkdir()
    (tmp_path / "schemas" / "planted.py").write_text("from flows.settings import Settings\n")
    assert ("schemas", "flows") in set(imports_between_rooms(tmp_path))


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_within_is_listed_once(room: str) -> None:
    inner = {path.parent.relative_to(REPOSITORY).as_posix() for path in (REPOSITORY / room).rglob("*/__init__.py")}
    listed = re.findall(rf"^\| `({room}/[\w/]+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(inner)


def test_the_glossary_has_each_word_once_and_in_chinese_too() -> None:
    rows = re.findall(
        r"^\| ([\w, ]+) \| (.+) \| (.+) \|$", (REPOSITORY / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE
    )
    words = [word for word, _, _ in rows if word != "word"]
    assert len(words) > 30
    assert len(set(words)) == len(words)
    assert all(re.search(r"[\u4e00-\u9fff]", chinese) for word, _, chinese in rows)
