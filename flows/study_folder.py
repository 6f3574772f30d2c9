"""The study folders: protocols, site mappings and the exports that have landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

import polars as pl
from pydantic import InstanceOf, TypeAdapter

from flows.coding_list import with_coding
from flows.landing_folders import dated_folders, holds_answers_alone, site_folder_of
from flows.settings import Settings
from schemas.answers import no_answers
from schemas.domains import DOMAINS
from schemas.errors import UsageError
from schemas.mapping import AnswerList, SiteMapping
from schemas.paper import Paper
from schemas.protocol import Protocol
from schemas.rules import ROW_RULES
from schemas.yaml_file import load_yaml
from transforms.crosschecks import crosschecks
from transforms.risk_levels import refuse_unfed_sources


@dataclass(frozen=True)
class Extract:
    """One delivery of a site: a dated folder of files."""

    site_id: str
    extract_date: date
    folder: Path
    study_id: str = ""


@dataclass(frozen=True)
class AcceptedFalls:
    """Domains of which a protocol accepts that records are fewer. until: the last day each applies to. day: that of the night.

    What was accepted for an export stays so when the day is past: else the export, already published, would be held back again.
    """

    until: Mapping[str, date] = field(default_factory=dict)
    day: date = date.min

    def of_export(self, received: date) -> frozenset[str]:
        """The domains in which an export received on a day may have fewer records."""
        return frozenset(domain for domain, last in self.until.items() if received <= last)

    def tonight(self) -> frozenset[str]:
        """The domains in which a file that changed where it lies may have fewer records tonight."""
        return self.of_export(self.day)


NONE_ACCEPTED = AcceptedFalls()


@dataclass(frozen=True)
class Study:
    """A study as its folder describes it. answered: what its sites have answered (schemas.answers.ANSWERED)."""

    protocol: Protocol
    sites: dict[str, SiteMapping]
    landing: Path
    paper: Paper | None = None
    paper_queries: dict[str, str] = field(default_factory=dict)
    others: dict[str, tuple[Protocol, Paper]] = field(default_factory=dict)
    answered: InstanceOf[pl.DataFrame] = field(default_factory=no_answers)

    @property
    def text(self) -> str:
        """All that the folder says as text, wherever it lies, and what was answered: equal texts, equal studies."""
        said = _AS_TEXT.dump_json(self, exclude={"landing", "answered"}).decode()
        return said + self.answered.write_json() if self.answered.height else said

    @property
    def answer_lists(self) -> dict[str, list[AnswerList]]:
        """Of each site the lists of questions that it answers in a system of its own."""
        return {site_id: site.answer_lists for site_id, site in self.sites.items()}

    @property
    def study_id(self) -> str:
        """The study's name, which is its folder's."""
        return self.protocol.study_id

    def extracts(self, as_of: date) -> Iterator[Extract]:
        """Every delivery received up to a day, by site and date; a folder that holds nothing but answers is none."""
        for site_id in self.sites:
            for received, folder in dated_folders(site_folder_of(self.landing, site_id)).items():
                if received <= as_of and not holds_answers_alone(folder, self.sites[site_id].answer_lists):
                    yield Extract(site_id, received, folder, self.study_id)

    def accepted_falls(self, day: date) -> AcceptedFalls:
        """The falls the protocol accepts, as decided up to a day; to how many rows, the check before publication says."""
        falls = [fall for fall in self.protocol.accepted_falls if fall.decided_on <= day]
        until = {
            table: max(fall.applies_until for fall in falls if fall.table == table)
            for table in {f.table for f in falls}
        }
        return AcceptedFalls(until, day)

    def known_on(self, day: date) -> Study:
        """The study without what was learnt about its exports, or decided about its questions, after a day."""
        return replace(self, sites={name: site.known_on(day) for name, site in self.sites.items()})


_AS_TEXT = TypeAdapter(Study)


def list_studies(settings: Settings) -> list[str]:
    """The names of the study folders."""
    return sorted(path.parent.name for path in settings.studies.glob("*/protocol.yaml"))


def list_sites(settings: Settings) -> list[str]:
    """The names of all sites that have a mapping, of whichever study."""
    return sorted({path.stem for path in settings.studies.glob("*/sites/*.yaml")})


def choose_studies(settings: Settings, wanted: Sequence[str]) -> list[str]:
    """The studies a run is for: those wanted, or all.

    Raises
    ------
    UsageError: a name no folder has, or no study at all.
    """
    known = list_studies(settings)
    if not known:
        raise UsageError(f"{settings.studies}: expected one folder per study with a protocol.yaml; found none")
    if unknown := sorted(set(wanted) - set(known)):
        raise UsageError(f"unknown study {', '.join(unknown)}; expected one of {', '.join(known)}")
    return [name for name in known if not wanted or name in wanted]


def _mapping_of(folder: Path, site_id: str) -> Path:
    """Where the mapping of a site stands.

    Raises
    ------
    UsageError: protocol.yaml names a site without one.
    """
    path = folder / "sites" / f"{site_id}.yaml"
    if path.exists():
        return path
    there = ", ".join(sorted(one.stem for one in path.parent.glob("*.yaml"))) or "none"
    raise UsageError(
        f"{path}: file not found; protocol.yaml names the site {site_id}, and mappings are there of: {there}; correct `sites`, "
        "or write one with cartrove new site"
    )


def check_sites(settings: Settings, studies: Sequence[str], wanted: Sequence[str]) -> None:
    """See that each wanted site is one of the chosen studies; a study whose protocol is broken is not asked.

    Raises
    ------
    UsageError: no study has such a site.
    """
    known: set[str] = set()
    for study_id in studies:
        with suppress(UsageError):
            known |= set(load_yaml(settings.studies / study_id / "protocol.yaml", Protocol).sites)
    if unknown := sorted(set(wanted) - known):
        raise UsageError(
            f"unknown site {', '.join(unknown)}; expected one of {', '.join(sorted(known))}, "
            f"the sites of {', '.join(studies)}"
        )


def load_study(settings: Settings, study_id: str) -> Study:
    """Read protocol.yaml and the mappings of its sites.

    Raises
    ------
    UsageError: a file is broken or missing; it names the file and the path inside the YAML.
    """
    folder = settings.studies / study_id
    protocol = with_coding(load_yaml(folder / "protocol.yaml", Protocol), folder)
    if protocol.study_id != study_id:
        raise UsageError(f"{folder / 'protocol.yaml'} study_id: expected the folder's name {study_id}")
    sites = {site_id: load_yaml(_mapping_of(folder, site_id), SiteMapping) for site_id in protocol.sites}
    for site_id, site in sites.items():
        _check_limits(folder / "sites" / f"{site_id}.yaml", site)
    refuse_unfed_sources(protocol, sites.values())
    paper, queries = _load_paper(folder)
    others = {
        name: other
        for name in list_studies(settings)
        if name != study_id and (other := _load_other(settings.studies / name))
    }
    return Study(protocol, sites, settings.landing_of(study_id), paper, queries, others)


def _load_other(folder: Path) -> tuple[Protocol, Paper] | None:
    """Protocol and published figures of another study; None where it has none, or is broken, which is its own business."""
    paths = (folder / "protocol.yaml", folder / "published.yaml")
    if not all(path.exists() for path in paths):
        return None
    return _read_other(*paths, *(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=64)
def _read_other(
    protocol: Path, paper: Path, _protocol_changed: int, _published_changed: int
) -> tuple[Protocol, Paper] | None:
    """As the files are; each study of a night asks for the same ones."""
    with suppress(UsageError):
        return load_yaml(protocol, Protocol), load_yaml(paper, Paper)
    return None


def _load_paper(folder: Path) -> tuple[Paper | None, dict[str, str]]:
    """The figures of the study's paper, where it has one, and the SQL of those that no result row holds."""
    path = folder / "published.yaml"
    if not path.exists():
        return None, {}
    paper = load_yaml(path, Paper)
    queries = {file.stem: file.read_text("utf-8") for file in sorted((folder / "published").glob("*.sql"))}
    if unknown := sorted(set(queries) - {figure.id for figure in paper.figures}):
        raise UsageError(f"{folder / 'published'}: expected SQL of figures in {path.name}; found {', '.join(unknown)}")
    return paper, queries


def _check_limits(path: Path, site: SiteMapping) -> None:
    """Limits have to name rules there are; which, transforms and schemas know together."""
    named = set(site.limits) - {"*"}
    if not named:
        return
    of_domains = {rule_id for domain in DOMAINS.values() for rule_id in domain.rules()}
    known = of_domains | {rule.rule_id for rule in ROW_RULES} | {check.rule.rule_id for check in crosschecks()}
    if unknown := sorted(named - known):
        near = get_close_matches(unknown[0], known, n=1)
        raise UsageError(
            f"{path} limits: expected rules of meta.rule; found {', '.join(unknown)}"
            + (f"; the nearest is {near[0]}" if near else "")
        )
