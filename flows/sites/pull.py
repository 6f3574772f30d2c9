"""Pull a site's REDCap project over its API into the landing folder, as if the site had sent it today.

What a site sent is never changed: a day that has its files is left alone. The token is read from the settings and
appears in no message.
"""

from __future__ import annotations

import os
import shutil
import uuid
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from operator import xor
from pathlib import Path

from flows.settings import Settings
from flows.study_folder import load_study
from schemas.errors import RunFailed, UsageError
from schemas.mapping import RedcapProject


@dataclass(frozen=True)
class Pulled:
    """Where the files lie now, and how many rows of records there are in them."""

    folder: Path
    records: int


def pull_site(settings: Settings, study_id: str, site_id: str, day: date) -> Pulled:
    """Write the project's records and data dictionary to <landing>/<site>/<day>/.

    Raises
    ------
    UsageError: the site has no REDCap project or no token, or the day's folder is there already.
    RunFailed: REDCap does not answer, refuses the token, or has no records.
    """
    study = load_study(settings, study_id)
    if site_id not in study.sites:
        raise UsageError(f"{study_id}: unknown site {site_id}; expected one of {', '.join(study.sites)}")
    project = study.sites[site_id].redcap
    if project is None:
        raise UsageError(
            f"{study_id} {site_id}: expected an entry redcap with the url of its API in the site's mapping"
        )
    token = settings.redcap_tokens.get(f"{study_id}/{site_id}")
    if token is None:
        raise UsageError(
            f"{study_id} {site_id}: expected an API token; set CARTROVE_REDCAP_TOKENS to "
            f'{{"{study_id}/{site_id}": "<token>"}}'
        )
    folder = study.landing / site_id / day.isoformat()
    if folder.exists():
        raise UsageError(f"{folder}: is there already; what a site sent is never changed; pull again tomorrow")
    records, dictionary = _export(f"{study_id} {site_id}", project, token.get_secret_value())
    _put(folder, {project.file: records, project.dictionary: dictionary})
    return Pulled(folder, _count_records(records))


def _count_records(text: str) -> int:
    """Rows below the header: lines that end outside quotes, since a note may hold line breaks of its own."""
    ends_in_quotes = accumulate((line.count('"') % 2 for line in text.split("\n") if line.strip()), xor)
    return sum(not inside for inside in ends_in_quotes) - 1


def _export(place: str, project: RedcapProject, token: str) -> tuple[str, str]:
    """Records and data dictionary as CSV, raw codes, unique event names."""
    from redcap.project import Project
    from redcap.request import RedcapError
    from requests import RequestException

    try:
        remote = Project(project.url, token)
        records = remote.export_records(
            format_type="csv",
            event_name="unique",
            export_data_access_groups=True,
            export_blank_for_gray_form_status=True,
        )
        dictionary = remote.export_metadata(format_type="csv")
    except (RequestException, RedcapError, ValueError, AssertionError) as fault:
        # Their messages may quote the request, and with it the token.
        raise RunFailed(
            f"{place}: REDCap at {project.url} did not give the records ({type(fault).__name__}); "
            "see that it answers and that the token may export; nothing was written"
        ) from None
    if not str(records).strip() or not str(dictionary).strip():
        raise RunFailed(
            f"{place}: REDCap at {project.url} gave no records; see that the project has some and that the token's user may export them; nothing was written"
        )
    return str(records), str(dictionary)


def _put(folder: Path, texts: dict[str, str]) -> None:
    """All files or none: they are written beside the folder and moved there in one step."""
    beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    beside.mkdir(parents=True)
    try:
        for name, text in texts.items():
            (beside / name).write_text(text, "utf-8")
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
