"""Try an export before it is sent: every question the night would ask of it, nothing kept and no value told.

The delivery is laid down in a folder of its own as if it had come today, or on the day its folder is named after. With a study, its
tables are built in memory from what has landed and this delivery as the site's newest, so that rules over several records
are asked too, and corrections and waivers count. With a mapping alone there is no protocol, and the rules that need one are named.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from flows.settings import Settings
from flows.sites.stage import StagedSite, stage_deliveries
from flows.sites.trial import Trial
from flows.sites.tried import TriedExport
from flows.study.inputs import study_inputs
from flows.study_folder import Extract, Study
from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from transforms.crosschecks import CrossCheck, crosschecks
from transforms.definitions import derive_corrections
from transforms.drafts import NAMELESS
from transforms.risk_levels import refuse_unfit_levels
from warehouse.dictionary import list_catalogue
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs

# What of a rule's SQL there is nothing to look up in where there is no protocol.
OF_A_PROTOCOL = ("adam.", "meta.planned", "meta.response_window", "meta.toxicity", "data_cut", "latest_extract")
NO_STUDY = "no_study"


def try_in_study(path: Path, study: Study, site_id: str, settings: Settings, today: date) -> TriedExport:
    """What each file at a path (a file, a zip, or the folder of a delivery) would become in the study's next night.

    Raises
    ------
    DataRejected: a file can't be read as the mapping says.
    UsageError: there is nothing at the path, or the study has no such site.
    """
    if site_id not in study.sites:
        raise UsageError(f"{study.study_id}: unknown site {site_id}; expected one of {', '.join(study.sites)}")
    with tempfile.TemporaryDirectory(prefix="cartrove-") as scratch:
        trial = Trial(Path(scratch), path, study.sites[site_id], settings)
        day = trial.day(study.landing / site_id, today)
        landed = list(study.extracts(max(day, today)))
        earlier = [extract for extract in landed if extract.site_id == site_id and extract.extract_date < day]
        tried = trial.stage(day, beside=_latest_folder(landed, site_id, day))
        others = {
            name: _told(trial, stage_deliveries(site, of_site, study.landing, trial.settings, trial.store))
            for name, site in study.sites.items()
            if (of_site := earlier if name == site_id else [one for one in landed if one.site_id == name])
        }
        files = [file for staged in (*others.values(), tried) for file in staged]
        of_loss = trial.see_to_loss(
            study.study_id, others.get(site_id, ()), tried, study.accepted_falls(max(day, today))
        )
        trial.see_to_corrections([file for file in files if file.site_id == site_id])

        def see_to_levels(tables: Mapping[str, pl.DataFrame]) -> None:
            refuse_unfit_levels(study.protocol, study.sites.values(), tables)

        return trial.ask(study_inputs(study, files, None, "tried", of_loss), tried, see_to_levels)


def try_alone(path: Path, site: SiteMapping, settings: Settings, today: date) -> TriedExport:
    """The same by a mapping alone: what needs neither a protocol nor an earlier export.

    Raises
    ------
    DataRejected: a file can't be read as the mapping says.
    UsageError: there is nothing at the path, or the mapping still lacks headers.
    """
    _refuse_nameless(site)
    with tempfile.TemporaryDirectory(prefix="cartrove-") as scratch:
        trial = Trial(Path(scratch), path, site, settings)
        tried = trial.stage(today, beside=None)
        trial.see_to_corrections(tried)
        able = [check for check in crosschecks() if not any(name in check.sql for name in OF_A_PROTOCOL)]
        unable = [check.rule.rule_id for check in crosschecks() if check not in able]
        trial.notes.append(
            f"not checked, because they need a protocol (--study and --site): {len(unable)} rules: {', '.join(unable)}; "
            "nor could this export be compared with the ones before it"
        )
        return trial.ask(_inputs_alone(site, tried, able, today), tried)


def _refuse_nameless(site: SiteMapping) -> None:
    """A draft says NAMELESS where it found no column."""
    feeds = [feed for file in site.files for sheet in file.sheets for feed in sheet.feeds]
    lacking = [
        f"{feed.domain}.{name}"
        for feed in feeds
        for entry in feed.entries()
        for name, source in entry.items()
        if source.column == NAMELESS
    ]
    if lacking:
        raise UsageError(
            f'the mapping says "{NAMELESS}" for {", ".join(dict.fromkeys(lacking))}: write there the header of the column that '
            "holds it, or take the feed out"
        )


def _told(trial: Trial, staged: StagedSite) -> tuple[StagedFile, ...]:
    """The files of a site; deliveries that can't be read are noted."""
    trial.notes += [f"left out: {rejected.message}" for rejected in staged.rejected]
    return staged.files


def _latest_folder(landed: Sequence[Extract], site_id: str, day: date) -> Path | None:
    """The site's own delivery of that day where it has landed already, else its last one before."""
    folders = [one.folder for one in landed if one.site_id == site_id and one.extract_date <= day]
    return folders[-1] if folders else None


def _inputs_alone(
    site: SiteMapping, tried: Sequence[StagedFile], checks: Sequence[CrossCheck], today: date
) -> StudyInputs:
    """A study of one site whose protocol says nothing."""
    definitions = {
        "meta.study": pl.DataFrame({"study_id": [NO_STUDY], "latest_extract": [today]}),
        "meta.site": pl.DataFrame(
            {"study_id": [NO_STUDY], "site_id": [site.site_id], "name": [site.name], "language": [site.language]}
        ),
    }
    return StudyInputs(
        study_id=NO_STUDY,
        staged=tried,
        definitions={**definitions, **list_catalogue([check.rule for check in checks])},
        corrections=derive_corrections([site]),
        endpoint_queries={},
        crosschecks=[(check.rule, check.sql) for check in checks],
        code=NO_STUDY,
    )
