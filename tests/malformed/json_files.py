"""Malformed Dataset-JSON and JSON records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

from tests.malformed import exports
from tests.malformed.damage import GIGABYTE_OF_BLANKS, Malformed, cut
from tests.malformed.exports import ROWS, mapping


def dataset_json() -> Iterator[Malformed]:
    sound = exports.as_dataset_json()

    def dataset(name: str, content: bytes, file: str = "a.json") -> Malformed:
        return Malformed(f"Dataset-JSON {name}", file, content, mapping("dataset-json"))

    for number, content in enumerate(cut(sound, 12)):
        yield dataset(f"cut short, {number}", content)
    for number, content in enumerate(cut(gzip.compress(sound), 4)):
        yield dataset(f"compressed and cut short, {number}", content, "a.json.gz")
    columns = json.loads(sound)["columns"]
    yield dataset("empty", b"")
    yield dataset("of fewer records than it counts", exports.as_dataset_json(records=13))
    yield dataset("of more records than it counts", exports.as_dataset_json(records=11))
    yield dataset("with a row too short", exports.as_dataset_json(rows=[row[:3] for row in ROWS]))
    yield dataset("with a row too long", exports.as_dataset_json(rows=[(*row, "x") for row in ROWS]))
    yield dataset("with a row that is no list", exports.as_dataset_json(rows=["x"] * 12))
    yield dataset("with cells that are lists", exports.as_dataset_json(rows=[([1], *row[1:]) for row in ROWS]))
    yield dataset("without rows", exports.as_dataset_json(rows=None))
    yield dataset("without columns", exports.as_dataset_json(columns=None))
    yield dataset("with a column twice", exports.as_dataset_json(columns=[columns[0], *columns[:4]]))
    yield dataset("of another version", exports.as_dataset_json(datasetJSONVersion="9.9"))
    yield dataset("of another name", exports.as_dataset_json(name="AE"))
    yield dataset("that is a list", b"[]")
    yield dataset("that is deep", b"[" * 100_000)
    yield dataset("that inflates", gzip.compress(sound) + GIGABYTE_OF_BLANKS, "a.json.gz")


def json_lines() -> Iterator[Malformed]:
    sound = exports.as_json_lines()
    array = b"[" + b",".join(sound.splitlines()) + b"]"

    def records(name: str, content: bytes) -> Malformed:
        return Malformed(f"JSON records {name}", "a.jsonl", content, mapping("jsonl"))

    for number, content in enumerate(cut(sound, 12)):
        if not content.endswith(b"}"):
            yield records(f"cut short, {number}", content)
    for number, content in enumerate(cut(array, 12)):
        yield records(f"in an array cut short, {number}", content)
    yield records("of nothing", b"")
    yield records("with a key twice", sound.replace(b'"sex": "1"', b'"sex": "1", "sex": "2"', 1))
    yield records("with a list", sound.replace(b'"sex": "1"', b'"sex": ["1"]', 1))
    yield records("with an object", sound.replace(b'"sex": "1"', b'"sex": {"code": "1"}', 1))
    yield records("with a key missing", sound.replace(b'"day": "2021-03-05", ', b"", 1))
    yield records("with a key misspelled", sound.replace(b'"day": "2021-03-05"', b'"Day ": "2021-03-05"', 1))
    yield records("with NaN", sound.replace(b'"age": "25"', b'"age": NaN', 1))
    yield records("with a comma too many", sound.replace(b'"}', b'",}', 1))
    yield records("with half a character", sound.replace("缓".encode(), b"\\ud800", 1))
    yield records("with NUL", sound.replace("缓".encode(), b"\\u0000", 1))
    yield records("within an object", b'{"data": ' + array + b"}")
    yield records("that are deep", b"[" * 100_000)
    yield records("that are numbers", b"[1, 2, 3]")
