"""JSON Schema of the YAML files people write, from the models that read them, for editors and for the pages of keys."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from flows.keys import Kind
from schemas.mapping import SiteMapping
from schemas.paper import Paper
from schemas.protocol import Protocol

Schema = dict[str, Any]


@dataclass(frozen=True)
class KeyedFile:
    """Where files of a kind stand in a study's folder, the model that reads them, and what they are."""

    pattern: str
    model: type[BaseModel]
    about: str


FILES: dict[Kind, KeyedFile] = {
    Kind.PROTOCOL: KeyedFile(
        "protocol.yaml",
        Protocol,
        "What a study is, and how its endpoints, populations, risk factors and models are defined.",
    ),
    Kind.MAPPING: KeyedFile(
        "sites/*.yaml",
        SiteMapping,
        "How the exports of one site become records. [What a site's mapping may say](mapping.md) explains it.",
    ),
    Kind.PUBLISHED: KeyedFile(
        "published.yaml",
        Paper,
        "Every figure that a study's paper prints, and where the pipeline has the same quantity.",
    ),
}


class _WithoutTitles(GenerateJsonSchema):
    """The title of a field would only repeat its key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - of no field
        return False


def schema_of(kind: Kind) -> Schema:
    """The JSON Schema of a kind of file: what its YAML may hold before any shorthand is written out."""
    found = FILES[kind].model.model_json_schema(schema_generator=_WithoutTitles)
    _close(found)
    return {"$schema": GenerateJsonSchema.schema_dialect, **found}


def schema_text(kind: Kind) -> str:
    """The same as docs/schema/ holds it."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"


def _close(node: Any) -> None:
    """A name that does not fit its pattern is refused; pydantic would leave it unchecked in the schema."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        for value in node.values():
            _close(value)
    elif isinstance(node, list):
        for value in node:
            _close(value)
