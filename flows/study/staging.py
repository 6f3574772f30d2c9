"""The staged files a study's night rests on: those of the sites it is for, and of the others those of the published night.

Without Prefect: the study's flow makes a task of each site, a night that changes nothing goes through them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from errno import ENOENT

import polars as pl

from flows.history.nights import night_in_force
from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.sites.staged_site import RejectedExport, StagedSite
from flows.study_folder import Study
from warehouse.published import read_source_files
from warehouse.shrunk_exports import no_questions
from warehouse.staged_exports import StagedFile


@dataclass(frozen=True)
class LastFiles:
    """The files of the published night by site: what each site is held against, and what stands for sites the night is not for."""

    known: Mapping[str, Sequence[StagedFile]]
    kept: Mapping[str, Sequence[StagedFile]]

    @classmethod
    def of(cls, study: Study, sites: Sequence[str], as_of: date, snapshot: str | None, settings: Settings) -> LastFiles:
        """sites: those the night is for, all where empty. A snapshot of a past day goes on from no later night."""
        published = read_source_files(settings.published, study.study_id)
        known = {
            site_id: [file for file in files if not snapshot or file.extract_date <= as_of]
            for site_id, files in (published or _files_on_record(study.study_id, as_of, settings)).items()
        }
        apart = [name for name in study.sites if sites and name not in sites and published.get(name)]
        return cls(known, {site_id: published[site_id] for site_id in apart})

    def sites_to_stage(self, study: Study) -> list[str]:
        """The sites whose exports are looked at."""
        return [site_id for site_id in study.sites if site_id not in self.kept]


def _files_on_record(study_id: str, as_of: date, settings: Settings) -> dict[str, list[StagedFile]]:
    """The files of a study's last night by site, as the record of that night has them, where the published file itself is gone or damaged."""
    night = None if settings.published.exists() else night_in_force(settings, as_of)
    files: dict[str, list[StagedFile]] = {}
    for file in night.studies[study_id].staged if night and study_id in night.studies else []:
        if file.extract_date <= as_of:
            files.setdefault(file.site_id, []).append(file)
    return files


@dataclass(frozen=True)
class StagedStudy:
    """The staged files of all sites, the exports left out, and the questions about whole exports."""

    files: list[StagedFile]
    rejected: list[RejectedExport]
    questions: pl.DataFrame

    @classmethod
    def of(cls, study: Study, last: LastFiles, staged: Mapping[str, StagedSite]) -> StagedStudy:
        """From what each site's exports gave."""
        files = [
            file
            for site_id in study.sites
            for file in (last.kept[site_id] if site_id in last.kept else staged[site_id].files)
        ]
        questions = pl.concat([no_questions(), *(site.questions for site in staged.values())])
        return cls(files, [export for site in staged.values() for export in site.rejected], questions)


def stage_received(
    study: Study,
    site_id: str,
    as_of: date,
    last: Sequence[StagedFile],
    settings: Settings,
    *,
    force: bool = False,
    read: bool = True,
) -> StagedSite:
    """Stage all exports of one site received up to a day. last: its files in the night last published.

    Raises
    ------
    flows.sites.stage.NotStaged: nothing may be `read`, and there is an export that nobody has read.
    FileNotFoundError: the site has no exports any more.
    """
    extracts = [extract for extract in study.extracts(as_of) if extract.site_id == site_id]
    if not extracts and last:
        raise FileNotFoundError(ENOENT, "its exports of the last night are gone", str(study.landing / site_id))
    accepted = study.accepted_falls(as_of)
    return stage_site(
        study.sites[site_id], extracts, study.landing, settings, force=force, last=last, accepted=accepted, read=read
    )
