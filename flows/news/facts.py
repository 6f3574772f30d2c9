"""What is compared of nights: read from a published file, or from the products of tonight's studies."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import polars as pl

from flows.settings import Settings
from schemas.errors import UsageError
from schemas.language import Language
from schemas.protocol import Protocol, Watch
from schemas.yaml_file import load_yaml
from transforms.headline_news import headlines_of
from transforms.news import NightFacts
from warehouse.frames import read_sql
from warehouse.locked import OF_ANOTHER_VERSION, kept_open
from warehouse.published import query_published


def read_facts(published: Path, smallest_count: int | None = None, language: Language = "en") -> NightFacts | None:
    """The facts of a published night, its headlines named in a language; None where nothing is published, or by an earlier version with other tables."""
    if not published.exists():
        return None
    with suppress(*OF_ANOTHER_VERSION), kept_open(published):
        return NightFacts(
            headlines_of(
                query_published(published, f"FROM results.analysis_{language}"),
                smallest_count,
                query_published(published, "FROM results.curve") if smallest_count else None,
            ),
            query_published(published, read_sql("open_question.sql")),
            query_published(published, "SELECT study_id, site_id, kind, arguments FROM meta.alarm"),
        )
    return None


def read_headlines(published: Path, study_id: str, smallest_count: int | None) -> pl.DataFrame | None:
    """The headlines of one published study, in English; None as of read_facts. A night asks for each of its studies: nothing of the others is read."""
    if not published.exists():
        return None
    with suppress(*OF_ANOTHER_VERSION):
        own = query_published(published, "FROM results.analysis_en WHERE study_id = $1", study_id)
        if own.is_empty() or not smallest_count:
            return headlines_of(own)
        curves = query_published(published, "FROM results.curve WHERE study_id = $1", study_id)
        return headlines_of(own, smallest_count, curves)
    return None


def read_watches(settings: Settings, studies: Iterable[str]) -> dict[str, Watch]:
    """How far a headline of each study has to move to be told; of a study whose protocol is broken, the default."""
    watches = {}
    for study_id in studies:
        with suppress(UsageError):
            watches[study_id] = load_yaml(settings.studies / study_id / "protocol.yaml", Protocol).watch
    return watches
