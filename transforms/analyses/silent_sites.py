"""Subjects of sites whose exports can't tell of something: that it is on no record does not mean that it did not happen."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from schemas.protocol import Endpoint
from schemas.protocol.endpoints import ALSO_TOLD_BY, TOLD_IN
from schemas.reasons import Reason, reason
from transforms.analyses.study_data import StudyData


def subjects_without(
    data: StudyData,
    subjects: pl.DataFrame,
    domain: str,
    *,
    also: tuple[str, str] | None = None,
    term: str | None = None,
) -> pl.DataFrame:
    """Those of the subjects whose site has sent no export that holds records of the domain; none where nothing is known of exports.

    also: a domain and column that tell of it too. term: of adverse events, those of this term.
    """
    if data.sources is None:
        return subjects.clear()
    telling = telling_sites(data.sources, domain, also=also, term=term)
    return subjects.join(data.adsl.filter(~pl.col("site_id").is_in(telling.implode())), on="subject_id", how="semi")


def telling_sites(
    sources: pl.DataFrame, domain: str, *, also: tuple[str, str] | None = None, term: str | None = None
) -> pl.Series:
    """The sites whose columns, as in meta.source_column, hold records of a domain; also, term: see subjects_without."""
    tells = pl.col("domain") == domain
    if term is not None:
        tells &= (pl.col("column_name") == "term") & (pl.col("constant") == term).fill_null(value=True)
    if also is not None:
        tells |= (pl.col("domain") == also[0]) & (pl.col("column_name") == also[1])
    return sources.filter(tells)["site_id"].unique()


def happenings_cautions(data: StudyData, subjects: pl.DataFrame, endpoint: Endpoint) -> Iterator[Reason]:
    """Of each happening an endpoint looks for: the subjects in whom it can't be seen."""
    for happening in endpoint.roles():
        silent = subjects_without(data, subjects, TOLD_IN[happening], also=ALSO_TOLD_BY.get(happening)).height
        if silent:
            yield reason("happening_not_told", known=happening, n=silent, of=subjects.height)


def records_cautions(
    data: StudyData,
    subjects: pl.DataFrame,
    domain: str,
    *,
    also: tuple[str, str] | None = None,
    term: str | None = None,
) -> Iterator[Reason]:
    """Of a domain: the subjects whose site has sent no records of it."""
    silent = subjects_without(data, subjects, domain, also=also, term=term).height
    if silent:
        yield reason("records_not_told", records=domain, n=silent, of=subjects.height)
