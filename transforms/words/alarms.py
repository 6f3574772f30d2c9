"""Alarms of a night in words."""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from transforms.words.words import Words


def said_alarm(kind: str, arguments: str, words: Words) -> str:
    """What happened, from a kind of meta.alarm and its arguments as JSON; what a person wrote stands as it is."""
    filled: Mapping[str, str | int | float] = {
        name: ", ".join(value) if isinstance(value, list) else value for name, value in json.loads(arguments).items()
    }
    return str(filled["why"]) if "why" in filled else words(f"alarm.{kind.replace(' ', '_')}", **filled)


def with_alarm_words(alarms: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Rows of meta.alarm, with `what`, from those without."""
    said = [said_alarm(kind, arguments, words) for kind, arguments in alarms.select("kind", "arguments").iter_rows()]
    return alarms.with_columns(pl.Series("what", said, dtype=pl.String)).sort("study_id", "site_id", "kind", "what")
