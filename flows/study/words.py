"""The words of a study in a language, and its results said in them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import polars as pl

from flows.study_folder import Study
from schemas.language import Language
from schemas.tables.results import WORDING
from transforms.words import Names, Words, with_wording, worded, words_in


def words_of(study: Study, language: Language) -> Words:
    """The words of a language, with those of the study, of its paper and of the others it stands beside."""
    others = [part for pair in study.others.values() for part in pair]
    own = [part for part in (study.published, study.protocol) if part is not None]
    phrases = {
        text: said
        for part in (*others, *own)
        for text, said in (part.translations.get(language, {}) if language != "en" else {}).items()
    }
    return words_in(language, phrases)


def wording_of(study: Study, analysis: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Rows of results.wording: every row of results.analysis with its reasons, in every language."""
    names = Names.of(study.protocol, study.others)
    said = [
        worded(analysis, reasons, names, words_of(study, language)).with_columns(language=pl.lit(language))
        for language in get_args(Language)
    ]
    return pl.concat(frame.select(WORDING.polars_schema.keys()) for frame in said)


def read_worded(product: Path, language: Language = "en") -> pl.DataFrame:
    """The results of a study's product with their words."""
    analysis, wording = (pl.read_parquet(product / f"results.{name}.parquet") for name in ("analysis", "wording"))
    return with_wording(analysis, wording, language)
