"""What subjects and records are called: the site before a subject's id, or a pseudonym; a record's natural key as one text."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

import polars as pl

from schemas.domains import Domain
from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from schemas.subject_ids import look_of
from transforms.distinct_texts import changed, distinct

BLANK_IN_KEY = "-"


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


def record_key(domain: type[Domain], columns: Mapping[str, pl.Expr] | None = None) -> pl.Expr:
    """The natural key of a record as one text; `columns` stand in for those of the frame."""
    cells = [(columns or {}).get(name, pl.col(name)) for name in domain.key()]
    return pl.concat_str([cell.cast(pl.String).fill_null(BLANK_IN_KEY) for cell in cells], separator="|")
