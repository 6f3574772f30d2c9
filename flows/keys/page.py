"""The keys of protocol.yaml, site mappings and published.yaml as a page of Markdown, from the models that read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from flows.keys import Kind
from flows.keys.examples import REF, example_of
from flows.keys.schema import FILES, Schema, schema_of

NAME = r"^[a-z][a-z0-9_]*$"
# What YAML may make of a text without quotes.
_TEXT = {"text", "number", "`true` or `false`"}


def key_lines(kind: Kind) -> Iterator[str]:
    """The page, line by line."""
    file, schema = FILES[kind], schema_of(kind)
    where = _where(schema)
    yield f"# Keys of {_file_name(kind)}"
    yield ""
    yield f"Written by `uv run cartrove keys {kind} > docs/{kind}_keys.md`. {file.about}"
    yield "A name has lower case letters, digits and `_`, begins with a letter and is at most 60 characters long. A key that is not here is refused."
    yield ""
    yield "An editor that knows the language server of YAML completes and checks the file while one types, if its first line names the schema"
    yield f"([docs/schema/{kind}.json](schema/{kind}.json), also printed by `uv run cartrove keys {kind} --schema`) by its address or its path from the file:"
    yield ""
    path = "../" * (1 + f"studies/x/{file.pattern}".count("/") - 1)
    yield "```yaml"
    yield f"# yaml-language-server: $schema={path}docs/schema/{kind}.json"
    yield "```"
    yield ""
    yield "The schema knows keys, types and codes. Whether the parts agree with one another, `cartrove check <study>` says."
    yield from _section(kind, schema, None, schema, where)
    for name in where:
        yield from _section(kind, schema, name, schema["$defs"][name], where)


def _file_name(kind: Kind) -> str:
    return {Kind.MAPPING: "a site's mapping"}.get(kind, FILES[kind].pattern)


def _section(kind: Kind, schema: Schema, name: str | None, part: Schema, where: dict[str, list[str]]) -> Iterator[str]:
    yield from ("", f"## {heading(name) if name else 'The file'}", "")
    if name:
        yield from (f"At {', '.join(f'`{path}`' for path in where[name])}.", "")
    yield from (*part["description"].splitlines(), "", "| key | type | default | meaning |", "|---|---|---|---|")
    for key, spec in part["properties"].items():
        default = "required" if key in part.get("required", []) else default_words(spec)
        cells = [f"`{key}`", type_words(spec), default, spec["description"]]
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    if name and (example := example_of(kind, schema, name)):
        left_out = ", shortened" if example.is_shortened else ""
        yield from ("", f"`{example.path}` of `{example.file}`{left_out}:", "", "```yaml")
        yield from example.text.splitlines()
        yield "```"


def heading(name: str) -> str:
    """The heading of a part: ResponseWindow is Response window."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def type_words(node: Schema) -> str:
    """The type of a value in words."""
    if "$ref" in node:
        title = heading(node["$ref"].removeprefix(REF))
        return f"[{title}](#{title.lower().replace(' ', '-')})"
    if "anyOf" in node:
        return _one_of(node["anyOf"])
    if "enum" in node or "const" in node:
        return _codes(node.get("enum") or [node["const"]])
    return _WORDS[node["type"]](node)


def default_words(spec: Schema) -> str:
    """What holds where the key is not there."""
    default = spec.get("default")
    if default is None or default in ([], {}, ""):
        return "none"
    return "its own defaults" if "$ref" in spec else f"`{json.dumps(default, ensure_ascii=False)}`"


def _one_of(ways: list[Schema]) -> str:
    meant = [way for way in ways if way.get("type") != "null"]
    words = list(dict.fromkeys(type_words(way) for way in meant))
    if {*words} >= _TEXT:
        words = ["text", *(one for one in words if one not in _TEXT)]
    return " or ".join(words)


def _codes(codes: list[Any]) -> str:
    *others, last = [f"`{code}`" for code in codes]
    return f"{', '.join(others)} or {last}" if others else last


def _list_words(node: Schema) -> str:
    if "prefixItems" in node:
        return f"list of {len(node['prefixItems'])}: {type_words(node['prefixItems'][0])}"
    least, most = node.get("minItems"), node.get("maxItems")
    several = f" {least}" if least and least == most else ""
    return f"list of{several}: {type_words(node['items'])}" + (f"; at least {least}" if least and not several else "")


def _mapping_words(node: Schema) -> str:
    names = node.get("propertyNames", {})
    keys = type_words(names) if {"enum", "const"} & {*names} else "name" if "patternProperties" in node else "text"
    values = next(iter(node.get("patternProperties", {}).values()), None) or node["additionalProperties"]
    least = f"; at least {node['minProperties']}" if "minProperties" in node else ""
    return f"mapping of {keys} to {type_words(values)}{least}"


def _text_words(node: Schema) -> str:
    if node.get("format") == "date":
        return "day, as 2024-03-05"
    pattern = node.get("pattern")
    return "text" if pattern is None else "name" if pattern == NAME else f"text of the form `{pattern}`"


def _bounds(node: Schema) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    found = [f"{sign} {node[key]:g}" for key, sign in signs.items() if key in node]
    return f" {' and '.join(found)}" if found else ""


_WORDS: dict[str, Callable[[Schema], str]] = {
    "array": _list_words,
    "object": _mapping_words,
    "boolean": lambda _: "`true` or `false`",
    "integer": lambda node: f"whole number{_bounds(node)}",
    "number": lambda node: f"number{_bounds(node)}",
    "string": _text_words,
}


def _where(schema: Schema) -> dict[str, list[str]]:
    """The paths at which each part may stand, in the order of the file."""
    found: dict[str, list[str]] = {}
    for name, path in _places(schema, schema["$defs"], ""):
        found.setdefault(name, []).append(path)
    # Where one may stand for a list of it, the path of the one says enough.
    return {
        name: [path for path in dict.fromkeys(paths) if path.removesuffix("[]") not in paths or not path.endswith("[]")]
        for name, paths in found.items()
    }


def _places(node: Schema, defs: Schema, path: str) -> Iterator[tuple[str, str]]:
    for way in node.get("anyOf", [node]):
        if "$ref" in way:
            name = way["$ref"].removeprefix(REF)
            yield name, path
            yield from _places(defs[name], defs, path)
        for key, below in way.get("properties", {}).items():
            yield from _places(below, defs, f"{path}.{key}".removeprefix("."))
        if "items" in way:
            yield from _places(way["items"], defs, f"{path}[]")
        for below in (*way.get("patternProperties", {}).values(), way.get("additionalProperties")):
            if isinstance(below, dict):
                yield from _places(below, defs, f"{path}.<name>")
