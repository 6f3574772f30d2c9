"""What lies in a study's landing folder: deliveries, and what can't be taken for one.

A folder's name is a day where it can mean no other. Whatever else a person or a file server left there costs nothing but itself: it
is not read, and told where it may hold data.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from schemas.mapping import AnswerList
from transforms.answers.sniff import is_answered_list
from transforms.conform.file_names import is_leftover

# The year first: in no other order is it certain which number is the month.
DAY = re.compile(r"(\d{4})(?:([-._/ ])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)")
# What `cartrove new` leaves in a site's folder for people to read; no export.
NOTE = "WHERE_EXPORTS_GO.txt"
# Of a day's folder that is dated later than this nobody can say when it came: time zones are a matter of one day.
AHEAD = timedelta(days=1)
# Of sites that answer in no system of their own.
NONE_DECLARED: Mapping[str, Sequence[AnswerList]] = {}


@dataclass(frozen=True)
class Doubt:
    """Something in a landing folder that is not read, or not as it seems to be meant; the site it seems to be of."""

    site_id: str
    what: str


def folder_date(name: str) -> date | None:
    """The day a folder's name says; None where it says none, or one that does not exist."""
    found = DAY.fullmatch(unicodedata.normalize("NFKC", name).strip())
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def dated_folders(site_folder: Path) -> dict[date, Path]:
    """The deliveries of a site by day. Of two folders of one day the one named as 2024-03-05 counts."""
    found: dict[date, Path] = {}
    for path in _entries(site_folder):
        day = folder_date(path.name)
        if path.is_dir() and day and (day not in found or path.name == day.isoformat()):
            found[day] = path
    return dict(sorted(found.items()))


def site_folder_of(landing: Path, site_id: str) -> Path:
    """The folder of a site, also where its name is written in other case and there is none as it should be."""
    exact = landing / site_id
    if exact.is_dir() or not landing.is_dir():
        return exact
    alike = [path for path in _entries(landing) if path.is_dir() and path.name.strip().casefold() == site_id]
    return alike[0] if len(alike) == 1 else exact


def find_doubts(
    landing: Path,
    sites: Collection[str],
    as_of: date,
    declared: Mapping[str, Sequence[AnswerList]] = NONE_DECLARED,
) -> list[Doubt]:
    """What is not read of a landing folder, and why. as_of: the day of the night. declared: answer_lists of each site's mapping."""
    if not landing.is_dir():
        return []
    folders = {site_folder_of(landing, site_id): site_id for site_id in sites}
    doubts = [
        doubt
        for path, site_id in folders.items()
        for doubt in _of_site(path, site_id, as_of, declared.get(site_id, ()))
    ]
    doubts += [
        Doubt(
            path.name,
            f"{landing.name}/{path.name}: expected a folder of a site of the protocol ({', '.join(sites)}); it is not "
            "read; name it after its site, or take it away",
        )
        for path in _entries(landing)
        if path not in folders and _holds_data(path)
    ]
    return doubts


def holds_answers_alone(folder: Path, declared: Sequence[AnswerList] = ()) -> bool:
    """Whether all that lies in a folder is lists of questions that the site has answered, at least one. What is closed to us is none."""
    try:
        entries = _entries(folder)
        return bool(entries) and all(_is_answers(path, declared) for path in entries)
    except PermissionError:
        return False


def _is_answers(path: Path, declared: Sequence[AnswerList]) -> bool:
    """Whether a file is an answered list, or a folder within holds nothing else."""
    if path.is_symlink():
        return False
    return holds_answers_alone(path, declared) if path.is_dir() else is_answered_list(path, declared=declared)


def _is_readable_answers(path: Path, declared: Sequence[AnswerList]) -> bool:
    try:
        return is_answered_list(path, declared=declared)
    except PermissionError:
        return False


def _of_site(folder: Path, site_id: str, as_of: date, declared: Sequence[AnswerList]) -> Iterator[Doubt]:
    if not folder.is_dir():
        return
    read = dated_folders(folder)
    for path in _entries(folder):
        place, day = f"{folder.name}/{path.name}", folder_date(path.name)
        if not path.is_dir():
            why = "a file next to the delivery folders is not read; put it into a folder named after its date, such as 2024-03-05"
        elif day is None:
            why = "the folder's name is no day, so it is not read; name it after the day of the export, as 2024-03-05"
        elif read[day] != path:
            why = (
                f"is of the same day as {read[day].name}, which is read; this one is not; give one of them another day"
            )
        elif day > as_of + AHEAD:
            why = f"is dated after this night ({as_of}), so it is not read yet; correct its name if the day is wrong"
        else:
            continue
        if _holds_data(path, declared):
            yield Doubt(site_id, f"{place}: {why}")


def _entries(folder: Path) -> list[Path]:
    """What lies in a folder, in order, without our note and what operating systems and file servers leave."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name != NOTE and not is_leftover(path.name))


def _holds_data(path: Path, declared: Sequence[AnswerList] = ()) -> bool:
    """Whether there is a file, at whatever depth, that a person put there; answered lists are read wherever they lie."""
    if path.is_symlink():
        return True
    if not path.is_dir():
        return not _is_readable_answers(path, declared)
    return any(_holds_data(inner, declared) for inner in _entries(path))
