"""A name as YAML writes it."""

from __future__ import annotations

import yaml


def as_yaml(name: str) -> str:
    """The name itself, or in quotes where YAML would read something else: `no` is not a text, `"no"` is."""
    return name if yaml.safe_load(name) == name else f'"{name}"'
