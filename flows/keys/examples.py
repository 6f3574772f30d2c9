"""Examples of the parts of a YAML file, taken from the studies of the repository."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from flows.keys import Kind
from flows.keys.schema import FILES, Schema
from flows.settings import REPOSITORY

MOST_LINES = 24
LONGEST_TEXT = 120
REF = "#/$defs/"


@dataclass(frozen=True)
class Example:
    """A part of a file: which file, its path inside, its YAML, and whether some of it is left out."""

    file: str
    path: str
    text: str
    is_shortened: bool
    keys: int


def example_of(kind: Kind, schema: Schema, part: str) -> Example | None:
    """The part, as `$defs` names it, in the file that shows most of its keys on few lines; None where no study has it."""
    found = [_example(file, path, value) for file, path, value in _parts(kind, schema).get(part, [])]
    short = [one for one in found if one.text.count("\n") <= MOST_LINES]
    return min(short or found, key=lambda one: (-one.keys, one.text.count("\n"), one.is_shortened), default=None)


def _parts(kind: Kind, schema: Schema) -> dict[str, list[tuple[str, str, Any]]]:
    """Every part that the files hold: file, path and value, by its name."""
    found: dict[str, list[tuple[str, str, Any]]] = {}
    for file, content in _contents(FILES[kind].pattern):
        for name, path, value in _walk(schema, schema["$defs"], content, ""):
            found.setdefault(name, []).append((file, path, value))
    return found


@functools.cache
def _contents(pattern: str) -> list[tuple[str, Any]]:
    files = sorted((REPOSITORY / "studies").glob(f"*/{pattern}"))
    return [
        (file.relative_to(REPOSITORY).as_posix(), yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader))
        for file in files
    ]


def _walk(node: Schema, defs: Schema, value: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    """Follow a value and its schema, down to the parts that have a name of their own."""
    for way in node.get("anyOf", [node]):
        if "$ref" in way and isinstance(value, dict):
            name = way["$ref"].removeprefix(REF)
            yield name, path, value
            yield from _walk(defs[name], defs, value, path)
        elif isinstance(value, list) and "items" in way:
            for number, one in enumerate(value):
                yield from _walk(way["items"], defs, one, f"{path}[{number}]")
        elif isinstance(value, dict):
            for key, one in value.items():
                if below := _schema_of_key(way, key):
                    yield from _walk(below, defs, one, f"{path}.{key}".removeprefix("."))


def _schema_of_key(node: Schema, key: str) -> Schema | None:
    of_names = next(iter(node.get("patternProperties", {}).values()), None) or node.get("additionalProperties")
    found = node.get("properties", {}).get(key, of_names)
    return found if isinstance(found, dict) else None


def _example(file: str, path: str, value: dict[str, Any]) -> Example:
    short = {key: _shortened(one) for key, one in value.items()}
    text = yaml.safe_dump(short, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    return Example(file, path, text, short != value, len(value))


def _shortened(value: Any) -> Any:
    """Of several parts of one kind the first alone, of a long text its beginning."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[:LONGEST_TEXT] + "…"
    if isinstance(value, list):
        return [_shortened(one) for one in (value[:1] if value and isinstance(value[0], dict) else value)]
    if isinstance(value, dict):
        alike = len(value) > 1 and all(isinstance(one, dict) for one in value.values())
        return {key: _shortened(one) for key, one in (list(value.items())[:1] if alike else value.items())}
    return value
