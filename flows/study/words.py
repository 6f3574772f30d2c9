"""The words of a study in a language, and its results said in them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import polars as pl

from flows.study_folder import Study
from schemas.language import Language
from schemas.tables.results import WORDING
from transforms.words import Names, Words, finding_wording, with_wording, worded


def words_of(study: Study, language: Language) -> Words:
    """The words of a language, with those of the study, of its paper and of the others it stands beside."""
    others = [part for pair in study.others.values() for part in pair]
    own = [part for part in (study.paper, study.protocol) if part is not None]
    own_words = {
        text: said
        for part in (*others, *own)
        for text, said in (part.translations.get(language, {}) if language != "en" else {}).items()
    }
    return Words(language, own_words, Names.of(study.protocol, study.others))


def wording_of(study: Study, analysis: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Rows of results.wording: every row of results.analysis with its reasons, in every language."""
    names = Names.of(study.protocol, study.others)
    said = [
        worded(analysis, reasons, names, words_of(study, language)).with_columns(language=pl.lit(language))
        for language in get_args(Language)
    ]
    return pl.concat(frame.select(WORDING.polars_schema.keys()) for frame in said)


def finding_wording_of(study: Study, findings: pl.DataFrame) -> pl.DataFrame:
    """Rows of results.finding_wording, in every language."""
    return pl.concat(finding_wording(findings, words_of(study, language)) for language in get_args(Language))


def read_worded(product: Path, language: Language = "en") -> pl.DataFrame:
    """The results of a study's product with their words."""
    analysis, wording = (pl.read_parquet(product / f"results.{name}.parquet") for name in ("analysis", "wording"))
    return with_wording(analysis, wording, language)
