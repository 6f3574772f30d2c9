"""Printed figures in words: the ways that give their digits, and what the linter found of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from schemas.tables.results import FINDING_WORDING
from transforms.words.words import Words

# Of a way that gives the printed digits: what else it holds fills its basis.
WAY = ("method", "rounding", "basis")
# Arguments of a finding that are what the study, its paper or its model calls things.
OWN = ("population", "short", "long", "whole")
EFFECTS = ("called", "effect")


def said_way(way: Mapping[str, Any], words: Words) -> str:
    """A way that gives the printed digits: its method, how it is rounded, what it was computed from."""
    said = words.method(way["method"])
    if rounding := way.get("rounding"):
        said = words("fingerprint.rounded", method=said, rounding=words(f"rounding.{rounding}"))
    if not (basis := way.get("basis")):
        return said
    arguments = {name: value for name, value in way.items() if name not in WAY}
    return words("fingerprint.way", method=said, basis=words(f"fingerprint.{basis}", **arguments))


def said_finding(code: str, arguments: Mapping[str, Any], words: Words) -> str:
    """What the linter found."""
    said = dict(arguments)
    said |= {name: words.told(said[name]) for name in OWN if name in said}
    said |= {name: _effect(said[name], words) for name in EFFECTS if name in said}
    if "ways" in said:
        said["ways"] = words("list.or").join(said_way(way, words) for way in said["ways"])
    return words(f"finding.{code}", **said)


def _effect(name: str, words: Words) -> str:
    return words(f"effect.{name}") if words.has(f"effect.{name}") else name


def finding_wording(findings: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Rows of results.finding_wording in the language of the words."""
    rows = [
        (study_id, position, words.language, said_finding(code, json.loads(arguments), words))
        for study_id, position, code, arguments in findings.select(
            "study_id", "position", "code", "arguments"
        ).iter_rows()
    ]
    return pl.DataFrame(rows, schema=FINDING_WORDING.polars_schema, orient="row")
