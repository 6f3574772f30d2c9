"""What subjects and records are called: the site before a subject's id, or a pseudonym; a record's natural key as one text."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import polars as pl

from schemas.domains import Domain
from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from schemas.partial_dates import PARTIAL
from schemas.subject_ids import look_of
from transforms.distinct_texts import as_text, changed, distinct

BLANK_IN_KEY = "-"
DIGITS_OF_A_DOUBTFUL_CELL = 8


def name_subjects(text: pl.DataFrame, site: SiteMapping, subject_key: bytes | None) -> pl.DataFrame:
    """Sites number their subjects alike, so the site's name goes before, as in CDISC's USUBJID.

    Raises
    ------
    UsageError: the mapping asks for pseudonyms, and no key is set.
    """
    subjects = text["subject_id"]
    if site.pseudonyms:
        key = _required(subject_key, site)
        hashed = {name: _pseudonym(name, site.site_id, key) for name in distinct(subjects).to_list()}
        subjects = changed(subjects, lambda names: names.replace_strict(hashed, return_dtype=pl.String))
    return text.with_columns(changed(subjects, lambda names: f"{site.site_id}-" + names))


def subject_looks(texts: Iterable[pl.DataFrame], site: SiteMapping, subject_key: bytes | None) -> pl.DataFrame:
    """What the id of each subject may be taken for, as it is called in the warehouse (SUBJECT_LOOKS).

    texts: records with the ids of the site. With pseudonyms looks are hashed as ids are: what is alike stays so.
    """
    ids = pl.DataFrame({"subject_id": sorted({name for text in texts for name in distinct(text["subject_id"])})})
    looks = [look_of(name) for name in ids["subject_id"]]
    cells: dict[str, list[str | None]] = {
        "looks_like": [look.signs_dropped for look in looks],
        "parts": [look.parts for look in looks],
    }
    if site.pseudonyms:
        key = _required(subject_key, site)
        # The tag keeps the hash of a look apart from that of an id, which it would give away.
        tag = f"{site.site_id}|look"
        cells = {name: [cell and _pseudonym(cell, tag, key) for cell in found] for name, found in cells.items()}
    named = name_subjects(ids.cast(pl.String), site, subject_key)
    return named.with_columns(pl.Series(name, found, dtype=pl.String) for name, found in cells.items())


def _required(subject_key: bytes | None, site: SiteMapping) -> bytes:
    if subject_key is None:
        raise UsageError(f"{site.site_id} pseudonyms: expected a key; set CARTROVE_SUBJECT_KEY")
    return subject_key


def _pseudonym(subject: str, site_id: str, key: bytes) -> str:
    """The same for the same subject of the same site and key; without the key nobody can go back, nor try all ids."""
    return hmac.new(key, f"{site_id}|{subject}".encode(), hashlib.sha256).hexdigest()[:12].upper()


def record_ids(domain: type[Domain], typed: pl.DataFrame, text: pl.DataFrame) -> pl.Series:
    """The natural key of each record as one text.

    A date tells records apart as it was written, a part of it too. A cell of the key that is in doubt does so by a hash of
    what was sent, so that the record is the same in every export that says the same, and no word of the site gets out.

    typed: the records in the same order as their text, cells in doubt blank.
    """
    cells = {name: _in_key(domain, name, typed[name], text[name]) for name in domain.key()}
    # Streaming, all cores join texts; else one does.
    parts = [pl.col(name).cast(pl.String) for name in cells]
    named = [
        part if name in domain.absent_in_key() else part.fill_null(BLANK_IN_KEY)
        for name, part in zip(cells, parts, strict=True)
    ]
    keyed = pl.LazyFrame(cells).select(record_id=pl.concat_str(named, separator="|", ignore_nulls=True))
    return keyed.collect(engine="streaming").to_series()


def _in_key(domain: type[Domain], name: str, typed: pl.Series, text: pl.Series) -> pl.Series:
    is_date = domain.columns()[name].kind == "date"
    if typed.null_count() == text.null_count():
        return text if is_date else typed
    sent = as_text(pl.DataFrame([text])).to_series()
    in_doubt = typed.is_null() & sent.is_not_null()
    if is_date:
        in_doubt &= ~sent.str.contains(PARTIAL).fill_null(value=False)
    hashes = {cell: f"?{_hash(cell)}" for cell in sent.filter(in_doubt).unique()}
    told = sent if is_date else typed.cast(pl.String)
    return told.zip_with(~in_doubt, sent.replace_strict(hashes, default=None, return_dtype=pl.String))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS_OF_A_DOUBTFUL_CELL]
