"""YAML files: what is no proper file is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from schemas.errors import UsageError
from schemas.yaml_file import load_yaml
from tests.flows.sites.test_landing import without_the_rights_of_root


class Shelf(BaseModel):
    books: list[dict[str, int]]


def write(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "s.yaml").write_bytes(content)
    return tmp_path / "s.yaml"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("books: 男性别\n".encode("gbk"), "expected text in UTF-8"),
        (b"? [a]\n: b\n", "line 1: expected a text as key"),
        (b"books:\n  - {a: 1, a: 2}\n", "line 2: the key a stands twice"),
        (b'books:\n  - {null: 1, "null": 2}\n', "line 2: the key null stands twice"),
        (b"books: [\n", "line 2"),
        (b"", "(top level): input should be a valid dictionary"),
        (
            b"books:\n  - a: 2023-02-29\n",
            "line 2: expected a day that exists, as 2024-03-05, or a text in quotes; found 2023-02-29",
        ),
        (b"books:\n  - a: 0000-00-00\n", "line 2: expected a day that exists"),
        (b"books:\n  - a: !!int abc\n", "line 2: expected a value of int; found abc"),
        (b"books:\n  - a: !!float x\n", "line 2: expected a value of float; found x"),
        (b"books:\n  - a: !!bool x\n", "line 2: expected a value of bool; found x"),
        (b"books: " + b"[" * 3000 + b"]" * 3000, "nested too deeply"),
        (b"books: [{a: x}]\n", "books[0].a: input should be a valid integer"),
    ],
)
def test_a_broken_file_is_told_by_name_and_place(tmp_path: Path, content: bytes, message: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(UsageError) as error:
        load_yaml(path, Shelf)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_a_file_that_may_not_be_read_is_told_with_the_remedy(tmp_path: Path) -> None:
    path = write(tmp_path, b"books: []\n")
    path.chmod(0)
    with (
        without_the_rights_of_root(),
        pytest.raises(UsageError, match="give the user who runs Cartrove the right to read"),
    ):
        load_yaml(path, Shelf)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="file not found"):
        load_yaml(tmp_path, Shelf)


def test_the_key_null_is_a_name_as_documentation_writes_it(tmp_path: Path) -> None:
    assert load_yaml(write(tmp_path, b"books:\n  - {null: 1}\n"), Shelf).books == [{"null": 1}]


def test_a_key_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="should be a valid string"):
        load_yaml(write(tmp_path, b"books:\n  - {~: 1}\n"), Shelf)


def test_a_part_can_be_named_and_used_again_with_changes(tmp_path: Path) -> None:
    path = write(tmp_path, b"books:\n  - &first {a: 1, b: 2}\n  - {<<: *first, b: 3}\n  - {<<: *first, c: 4}\n")
    assert load_yaml(path, Shelf).books == [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1, "b": 2, "c": 4}]
