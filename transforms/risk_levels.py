"""What a protocol compares, held against what sites can record and have recorded: no level by a typo, no value without one.

A subject whose value no level covers would leave every comparison in silence, and one whose source nobody records would
count as never exposed. Both stop the study, in a sentence without a subject's value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

import polars as pl

from schemas.domains import DOMAINS
from schemas.errors import UsageError
from schemas.mapping import ColumnSource, SiteMapping
from schemas.protocol import Protocol, RiskFactor

# The column that says which of its things a record of a domain is about; of other domains a source names a column itself.
NAMED_BY = {
    "baseline": "characteristic",
    "genomics": "finding",
    "milestone": "milestone",
    "adverse_event": "term",
    "consolidation": "treatment",
    "transplant": "transplant_type",
}


def refuse_unfed_sources(protocol: Protocol, sites: Iterable[SiteMapping]) -> None:
    """See that some site's mapping can record what each risk factor comes from.

    Raises
    ------
    UsageError: none can; it names the factor and the names there are.
    """
    mappings = list(sites)
    for factor_id, factor in protocol.risk_factors.items():
        for domain, name in factor.sources:
            fed = _fed(domain, mappings)
            if any(names is None or name is None or name in names for names in fed):
                continue
            known = sorted({one for names in fed for one in names or ()})
            raise UsageError(
                f"{protocol.study_id} risk_factors.{factor_id}.source: no mapping of a site records "
                f"{domain}{f'.{name}' if name else ''}; {_advice(domain, name, known)}"
            )


def _advice(domain: str, name: str | None, known: list[str], listed: Iterable[str] | None = None) -> str:
    """What to do, with the nearest known name, else those listed (all known ones by default)."""
    if near := get_close_matches(name or "", known, n=1):
        return f"the nearest that is recorded is {domain}.{near[0]}; correct the source, or the mapping"
    return f"recorded are {', '.join(sorted(known if listed is None else listed)) or 'others'}; correct the source, or feed {domain} in a mapping"


def _fed(domain: str, sites: Iterable[SiteMapping]) -> list[set[str] | None]:
    """By each entry of each mapping that feeds a domain, what of it the entry can record; None: whatever the cells say."""
    return [_names_fed(domain, entry, site) for site in sites for entry in _entries(domain, site)]


def _entries(domain: str, site: SiteMapping) -> Iterator[dict[str, ColumnSource]]:
    for file in site.files:
        for sheet in file.sheets:
            for feed in sheet.feeds:
                if feed.domain == domain:
                    yield from feed.entries()


def _names_fed(domain: str, entry: Mapping[str, ColumnSource], site: SiteMapping) -> set[str] | None:
    """What of a domain an entry of a mapping can record, by the names of sources; None: whatever the cells say."""
    if domain not in NAMED_BY:
        return set(entry)
    source = entry.get(NAMED_BY[domain])
    if source is None:
        return set()
    decode = site.decode_of(source)
    if source.constant is not None:
        return {(decode or {}).get(source.constant, source.constant)}
    codes = DOMAINS[domain].columns()[NAMED_BY[domain]].codelist
    if decode is None and codes is None:
        return None
    return {*(decode or {}).values(), *(codes or ())}


def refuse_unfit_levels(protocol: Protocol, sites: Iterable[SiteMapping], tables: Mapping[str, pl.DataFrame]) -> None:
    """See that the levels of each risk factor and the recorded values fit one another.

    tables: adam.adrisk and core.baseline.

    Raises
    ------
    UsageError: a recorded value is in no level, none is a number where numbers are compared, a level has no value that is
        recorded, or a characteristic whose names only the cells tell is recorded of nobody.
    """
    faults = []
    declared = {name for names in _fed("baseline", sites) for name in names or ()}
    written = declared | {*tables["core.baseline"]["characteristic"]}
    for name, factor in protocol.risk_factors.items():
        recorded = tables["adam.adrisk"].filter(pl.col("risk_factor") == name)
        if not factor.time_dependent and recorded.height:
            faults += [f"risk_factors.{name}: {fault}" for fault in _faults(factor, recorded)]
        absent = [part for domain, part in factor.sources if domain == "baseline" and part not in written]
        if absent and tables["core.baseline"].height:
            faults.append(
                f"risk_factors.{name}.source: no subject has {absent[0]} recorded; "
                # What cells call a characteristic is shown where it resembles the protocol's own name, and nowhere else.
                f"{_advice('baseline', absent[0], sorted(written), listed=declared)}"
            )
    if faults:
        raise UsageError(f"{protocol.study_id} " + "; ".join(faults))


def _faults(factor: RiskFactor, recorded: pl.DataFrame) -> Iterator[str]:
    if factor.levels is None:
        # Of single words among numbers the site is asked; where all are words, the protocol took them for numbers.
        if recorded["value_number"].null_count() == recorded.height:
            yield f"expected numbers; none of {recorded.height} recorded values is one; give the factor levels"
        return
    outside = recorded.filter(pl.col("level").is_null() & ~pl.col("value").is_in(factor.ungrouped))
    if outside.height:
        by_site = ", ".join(f"{site} {n}" for site, n in outside["site_id"].value_counts().sort("site_id").iter_rows())
        yield (
            f"expected every recorded value in a level ({', '.join(factor.level_names)}); {outside.height} of "
            f"{recorded.height} subjects have one that no level covers, at {by_site}; correct the levels or the values, or list "
            "the value under ungrouped"
        )
    found = set(recorded["level"].drop_nulls())
    empty = [level for level in factor.level_names if level not in found and level not in factor.awaited]
    if empty and not factor.has_closed_list:
        yield (
            f"expected each level among the recorded values; no subject of {recorded.height} has one of "
            f"{', '.join(empty)}; correct its values, or list the level under awaited until a subject has it"
        )
