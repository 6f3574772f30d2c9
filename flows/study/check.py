"""A study's protocol held against the exports that have landed, before a run is asked for."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import polars as pl

from flows.say import counted
from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.study.contracts import broken_contracts, what_to_do
from flows.study.product import check_levels
from flows.study_folder import Study
from schemas.errors import DataRejected
from schemas.protocol import Protocol
from transforms.analyses.silent_sites import sought_by, telling_sites
from transforms.conform.column_sources import column_sources
from transforms.words import words_in
from warehouse.staged_exports import StagedFile


def hold_against_exports(study: Study, settings: Settings) -> str:
    """What could not be held against data, in words; empty where all could. What is staged is kept for the next run.

    Raises
    ------
    UsageError: a level of a risk factor and the recorded values do not fit one another.
    """
    if not study.protocol.risk_factors:
        return ""
    if any(site.pseudonyms for site in study.sites.values()) and settings.pseudonym_key is None:
        return "; levels were not held against the exports, which need CARTROVE_SUBJECT_KEY"
    staged: list[StagedFile] = []
    left_out = []
    for site_id, site in study.sites.items():
        extracts = [extract for extract in study.extracts(date.max) if extract.site_id == site_id]
        if not any(file.incremental for file in site.files):
            extracts = extracts[-1:]
        try:
            staged += stage_site(site, extracts, study.landing, settings, force=False).files
        except DataRejected as refusal:
            left_out.append(str(refusal))
    if staged:
        check_levels(study, staged, settings)
    return f"; levels were not held against what could not be read: {' | '.join(left_out)}" if left_out else ""


def untold(study: Study) -> list[str]:
    """What the protocol counts and the mapping of a site can't tell of, a line each: there it can't be seen, and figures will say so."""
    sources = pl.concat(
        column_sources(sheet, "", site).with_columns(site_id=pl.lit(site_id))
        for site_id, site in study.sites.items()
        for file in site.files
        for sheet in file.sheets
    )
    words, counted_in = words_in("en"), defaultdict[tuple[str, str, tuple[str, ...]], list[str]](list)
    for place, what, sought in sought_by(study.protocol):
        if silent := set(study.sites) - set(telling_sites(sources, sought)):
            named = words(f"happening.{what}") if words.has(f"happening.{what}") else words.told(what)
            counted_in[named, sought.domain, tuple(sorted(silent))].append(place)
    return [
        f"{study.study_id}: {', '.join(places)}: {what} is counted, but no feed of {', '.join(sites)} fills {domain}: it can't be seen there"
        for (what, domain, sites), places in counted_in.items()
    ]


def contracts_told(protocol: Protocol) -> tuple[str, list[str]]:
    """How many contracts hold, in words, empty where there are none; and a line for each outcome that is not as expected."""
    timelines = protocol.timelines
    if not timelines:
        return "", []
    broken = broken_contracts(protocol)
    held = len(timelines) - len({one.timeline.place for one in broken})
    said = [words_in("en")("finding.contract", **one.arguments) for one in broken]
    lines = [
        f"{protocol.study_id}: {what}; {what_to_do(protocol, one)}" for what, one in zip(said, broken, strict=True)
    ]
    return f"; {held} of {counted(len(timelines), 'contract')} hold", lines
