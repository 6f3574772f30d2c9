"""Every key of the YAML files people write is explained, and editors are given the schema that the files keep to."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from flows.command import app
from flows.keys import Kind
from flows.keys.examples import example_of
from flows.keys.page import key_lines
from flows.keys.schema import FILES, schema_of, schema_text
from flows.settings import REPOSITORY

DOCS = REPOSITORY / "docs"
HOMES = ("studies/*", "tests/registry/*")
YAML_FILES = [
    pytest.param(kind, path, id=path.relative_to(REPOSITORY).as_posix())
    for kind, file in FILES.items()
    for home in HOMES
    for path in sorted(REPOSITORY.glob(f"{home}/{file.pattern}"))
]


def as_editors_read(value: Any) -> Any:
    """YAML 1.2, which editors read, has no dates, and keys of JSON are texts."""
    if isinstance(value, dict):
        return {str(key): as_editors_read(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_editors_read(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def content(path: Path) -> Any:
    return as_editors_read(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader))


@pytest.fixture(scope="module")
def validators() -> dict[Kind, Draft202012Validator]:
    return {kind: Draft202012Validator(schema_of(kind)) for kind in Kind}


def problems(validator: Draft202012Validator, value: Any) -> list[str]:
    return [f"{problem.json_path}: {problem.message[:200]}" for problem in validator.iter_errors(value)]


@pytest.mark.parametrize("kind", Kind)
def test_the_page_of_keys_is_that_of_the_models(kind: Kind) -> None:
    written = "".join(f"{line}\n" for line in key_lines(kind))
    assert (DOCS / f"{kind}_keys.md").read_text("utf-8") == written, (
        f"run: uv run cartrove keys {kind} > docs/{kind}_keys.md"
    )


@pytest.mark.parametrize("kind", Kind)
def test_the_schema_is_that_of_the_models(kind: Kind) -> None:
    assert (DOCS / "schema" / f"{kind}.json").read_text("utf-8") == schema_text(kind), (
        f"run: uv run cartrove keys {kind} --schema > docs/schema/{kind}.json"
    )
    Draft202012Validator.check_schema(schema_of(kind))


@pytest.mark.parametrize("kind", Kind)
def test_every_key_says_what_it_means(kind: Kind) -> None:
    schema = schema_of(kind)
    parts = {"the file": schema, **schema["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, spec in part["properties"].items()
        if not spec.get("description")
    ]
    assert not silent
    assert all(part["description"] for part in parts.values())


@pytest.mark.parametrize("kind", Kind)
def test_links_within_a_page_lead_to_its_headings(kind: Kind) -> None:
    page = (DOCS / f"{kind}_keys.md").read_text("utf-8")
    headings = {line.lower().replace(" ", "-") for line in re.findall(r"^## (.*)$", page, re.MULTILINE)}
    assert {*re.findall(r"\]\(#([^)]*)\)", page)} <= headings


@pytest.mark.parametrize("kind", Kind)
def test_the_line_for_editors_leads_from_a_file_to_its_schema(kind: Kind) -> None:
    page = (DOCS / f"{kind}_keys.md").read_text("utf-8")
    (address,) = re.findall(r"^# yaml-language-server: \$schema=(.*)$", page, re.MULTILINE)
    file = next(REPOSITORY.glob(f"studies/*/{FILES[kind].pattern}"))
    assert (file.parent / address).resolve() == DOCS / "schema" / f"{kind}.json"


@pytest.mark.parametrize("kind", Kind)
def test_an_example_stands_in_the_file_it_names(kind: Kind) -> None:
    schema = schema_of(kind)
    found = [one for name in schema["$defs"] if (one := example_of(kind, schema, name)) is not None]
    assert len(found) >= len(schema["$defs"]) / 2
    for example in found:
        part = yaml.load((REPOSITORY / example.file).read_text("utf-8"), Loader=yaml.CSafeLoader)
        for key, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", example.path):
            part = part[key or int(number)]
        shown = yaml.safe_load(example.text)
        assert [*shown] == [*part]
        assert example.is_shortened == (shown != part)


def test_the_command_prints_the_page_and_the_schema() -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["keys", "published"]).output == (DOCS / "published_keys.md").read_text("utf-8")
    assert runner.invoke(app, ["keys", "published", "--schema"]).output == schema_text(Kind.PUBLISHED)


@pytest.mark.parametrize(("kind", "path"), YAML_FILES)
def test_a_file_of_the_repository_is_valid(
    kind: Kind, path: Path, validators: dict[Kind, Draft202012Validator]
) -> None:
    assert not problems(validators[kind], content(path))


@pytest.mark.parametrize("kind", Kind)
def test_a_misspelt_key_is_refused_wherever_it_stands(kind: Kind, validators: dict[Kind, Draft202012Validator]) -> None:
    """Each part that a file holds, once with a key nobody knows."""
    file = content(
        next(
            REPOSITORY.glob(f"studies/demo_hard_cases/{FILES[kind].pattern}"),
            REPOSITORY / "studies/pan2019_cd22_salvage/published.yaml",
        )
    )
    seen = set()
    for where, name in parts_of(schema_of(kind), file):
        if name not in seen:
            seen.add(name)
            misspelt = copy.deepcopy(file)
            part = misspelt
            for step in where:
                part = part[step]
            part["lable"] = "x"
            assert problems(validators[kind], misspelt), name
    assert len(seen) >= 3


def parts_of(schema: dict[str, Any], file: Any) -> Iterator[tuple[list[Any], str]]:
    """Where each part of a file stands, and its name in the schema."""

    def walk(node: dict[str, Any], value: Any, where: list[Any]) -> Iterator[tuple[list[Any], str]]:
        if "$ref" in node:
            name = node["$ref"].rpartition("/")[2]
            if isinstance(value, dict):
                yield where, name
                yield from walk(schema["$defs"][name], value, where)
        for way in node.get("anyOf", []):
            yield from walk(way, value, where)
        if isinstance(value, list) and isinstance(node.get("items"), dict):
            for number, one in enumerate(value):
                yield from walk(node["items"], one, [*where, number])
        if isinstance(value, dict) and "$ref" not in node:
            named = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")][0]
            for key, one in value.items():
                below = node.get("properties", {}).get(key, named)
                if isinstance(below, dict):
                    yield from walk(below, one, [*where, key])

    yield [], "the file"
    yield from walk(schema, file, [])


@pytest.mark.parametrize(
    ("kind", "where", "value"),
    [
        (Kind.PROTOCOL, ["endpoints", "os", "event"], ["deaht"]),
        (Kind.PROTOCOL, ["endpoints", "os", "landmarks_months"], [0]),
        (Kind.PROTOCOL, ["endpoints", "Overall survival"], {}),
        (Kind.PROTOCOL, ["toxicity", 0, "term"], "cytokine storm"),
        (Kind.PROTOCOL, ["infusions", 0, "targets"], ["CD20"]),
        (Kind.PROTOCOL, ["data_cut"], True),
        (Kind.MAPPING, ["files", 0, "format"], "xlsx"),
        (Kind.MAPPING, ["files", 0, "sheets", 0, "feeds", 0, "domain"], "subjects"),
        (Kind.MAPPING, ["files", 0, "sheets", 0, "feeds", 0, "columns", "subject"], "Patient"),
    ],
    ids=str,
)
def test_a_wrong_value_is_refused(
    kind: Kind, where: list[Any], value: Any, validators: dict[Kind, Draft202012Validator]
) -> None:
    file = content(next(REPOSITORY.glob(f"studies/demo_hard_cases/{FILES[kind].pattern}")))
    *steps, last = where
    part = file
    for step in steps:
        part = part[step]
    part[last] = value
    assert problems(validators[kind], file)


@pytest.mark.parametrize(
    "columns",
    [
        {"subject_id": "No", "enrollment_date": {"column": 3}},
        {"subject_id": {"constant": 1}, "age_years": {"column": "Age", "forms": "{n} y"}},
    ],
    ids=["a number as text", "one form without a list"],
)
def test_a_shorthand_is_valid(columns: dict[str, Any], validators: dict[Kind, Draft202012Validator]) -> None:
    feed = {"domain": "subject", "columns": columns, "where": {"column": "Kind", "equals": 1}}
    sheet = {"set_aside": [{"column": "No", "blank": True}], "feeds": [feed]}
    mapping = {"site_id": "a1", "name": "A", "files": [{"match": "*.csv", "format": "csv", "sheets": [sheet]}]}
    assert not problems(validators[Kind.MAPPING], mapping)
