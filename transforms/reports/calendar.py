"""Long-term follow-up on a study's page: how many contacts each site held, missed and owes, and when the next is due."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.axis import CONTACT_STATES
from transforms.reports.numbers import DASH
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words


def calendar_part(adcal: pl.DataFrame, sites: Mapping[str, str], queries: Queries, words: Words) -> Part:
    """A line per site, then all sites together where there are several; no row where the protocol asks for no calendar."""
    of_sites = [(str(site), rows) for (site,), rows in adcal.sort("site_id").group_by("site_id", maintain_order=True)]
    printed = [_line(sites.get(site, site), rows) for site, rows in of_sites]
    if len(of_sites) > 1:
        printed.append(_line(words("calendar.all"), adcal))
    states = [words(f"calendar.state.{state.replace(' ', '_')}") for state in CONTACT_STATES]
    header = [words("calendar.site"), words("calendar.subjects"), *map(words.sentence, states), words("calendar.next"), words("calendar.known")]  # fmt: skip
    unsure = adcal.filter(unkfl="Y").height
    notes = [words("calendar.note"), *([words("calendar.unknown_note", n=unsure)] if unsure else [])]
    asked = [queries.rows("adam.adcal", "site_id, subject_id, visitn")]
    return Part(table=PrintedTable(header, printed, notes if printed else []), queries=asked)


def _line(name: str, rows: pl.DataFrame) -> list[str]:
    counts = dict(rows.group_by("state").len().iter_rows())
    due = rows.filter(nextfl="Y")["duedt"].min()
    known = rows["knowndt"].min()
    states = [str(counts.get(state, 0)) for state in CONTACT_STATES]
    return [name, str(rows["subject_id"].n_unique()), *states, str(due or DASH), str(known or DASH)]
