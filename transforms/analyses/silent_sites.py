"""Subjects of sites whose exports can't tell of something: that it is on no record does not mean that it did not happen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl

from schemas.protocol import Endpoint, MultiState, Protocol
from schemas.protocol.endpoints import ALSO_TOLD_BY, TERM_OF, TOLD_IN, HappeningKind
from schemas.reasons import Reason, reason
from transforms.analyses.study_data import StudyData

# The column that says what a record is of.
CODED_IN: Final = {"adverse_event": "term", "treatment": "treatment"}


class Sought(NamedTuple):
    """What exports have to hold: records of a domain. also: a domain and column that tell of it too. term: of adverse events and treatments, those of this code."""

    domain: str
    also: tuple[str, str] | None = None
    term: str | None = None


def happening(kind: HappeningKind) -> Sought:
    """What tells of a happening."""
    return Sought(TOLD_IN[kind], ALSO_TOLD_BY.get(kind), TERM_OF.get(kind))


def adverse_event(term: str) -> Sought:
    """What tells of an adverse event."""
    return Sought("adverse_event", term=term)


def treatment(code: str) -> Sought:
    """What tells of a treatment."""
    return Sought("treatment", term=code)


def sought_by(protocol: Protocol) -> Iterator[tuple[str, str, Sought]]:
    """Each place of the protocol that counts something, the happening or term, and what exports have to hold for it."""
    for name, endpoint in protocol.endpoints.items():
        yield from ((f"endpoints.{name}", kind, happening(kind)) for kind in endpoint.roles())
    for name, model in protocol.multi_state.items():
        yield from ((f"multi_state.{name}", kind, happening(kind)) for kind in model.roles())
    yield from (("toxicity", toxicity.term, adverse_event(toxicity.term)) for toxicity in protocol.toxicity)
    if protocol.supportive_care is not None:
        yield from (("supportive_care", kind, treatment(kind)) for kind in protocol.supportive_care.kinds)


def telling_sites(sources: pl.DataFrame, sought: Sought) -> pl.Series:
    """The sites whose columns, as in meta.source_column, hold what is sought."""
    tells = pl.col("domain") == sought.domain
    if sought.term is not None:
        # A column may hold any term, a constant its own alone.
        tells &= (pl.col("column_name") == CODED_IN[sought.domain]) & (pl.col("constant") == sought.term).fill_null(
            value=True
        )
    if sought.term is not None and sought.domain == "treatment":
        # A code map names what the site has words for: of any other treatment it writes down nothing.
        tells &= pl.col("codes").str.split("\n").list.contains(sought.term).fill_null(value=True)
    if sought.also is not None:
        domain, column = sought.also
        tells |= (pl.col("domain") == domain) & (pl.col("column_name") == column)
    return sources.filter(tells)["site_id"].unique()


def subjects_without(data: StudyData, subjects: pl.DataFrame, sought: Sought) -> pl.DataFrame:
    """Those of the subjects whose site's exports in force do not hold what is sought; none where nothing is known of exports."""
    if data.sources is None:
        return subjects.clear()
    telling = telling_sites(data.sources.filter("in_force"), sought)
    return subjects.join(data.adsl.filter(~pl.col("site_id").is_in(telling.implode())), on="subject_id", how="semi")


def happenings_cautions(data: StudyData, subjects: pl.DataFrame, endpoint: Endpoint | MultiState) -> Iterator[Reason]:
    """Of each happening an endpoint or multi-state model looks for: the subjects in whom it can't be seen."""
    for kind in endpoint.roles():
        if silent := subjects_without(data, subjects, happening(kind)).height:
            yield reason("happening_not_told", known=kind, n=silent, of=subjects.height)


def records_cautions(data: StudyData, subjects: pl.DataFrame, sought: Sought) -> Iterator[Reason]:
    """The subjects whose site's exports in force hold no such records."""
    if silent := subjects_without(data, subjects, sought).height:
        yield reason("records_not_told", records=sought.domain, n=silent, of=subjects.height)
