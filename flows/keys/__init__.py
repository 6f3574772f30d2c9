"""The keys of the YAML files people write, as pages and as JSON Schema; both follow from the models that read the files."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A kind of file."""

    PROTOCOL = "protocol"
    MAPPING = "mapping"
    PUBLISHED = "published"
