"""Bring a list of questions that a site has answered into its landing folder, where the night finds it; each row that can't count is told.

The list is held against what the published night has asked. The file itself is copied as it is: it is the evidence. One from a site's
own system is known by its name, as in the landing folder, so it keeps a name that its mapping declares.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from flows.history.nights import ANSWERS
from flows.landing_folders import site_folder_of
from flows.settings import Settings
from flows.sites.answers import read_list
from flows.study_folder import load_study
from schemas.errors import DataRejected, UsageError
from schemas.mapping import AnswerList, SiteMapping
from transforms.answers.settle import settle
from transforms.answers.sniff import declaration_of, is_answered_list
from transforms.conform.pair_files import SentFile
from warehouse.frame_store import FrameStore, hash_file
from warehouse.judge_answers import judge_beside
from warehouse.published import query_published

# Columns of what a published night asked.
ASKED = """
    SELECT q.study_id, q.site_id, q.query_id, q.status, q.sets_aside, e.event_on AS first_asked
    FROM meta.site_query AS q
    LEFT JOIN meta.site_query_event AS e ON q.study_id = e.study_id AND q.query_id = e.query_id AND e.event = 'opened'
"""


@dataclass(frozen=True)
class Brought:
    """A list that was brought. place: where it lies now, None where no row of it counts. rows: each as it was judged."""

    study_id: str
    site_id: str
    place: Path | None
    rows: pl.DataFrame

    @property
    def used(self) -> int:
        """Answers that count, or say again what was said before."""
        return self.rows.filter(pl.col("refusal").is_null(), pl.col("passed_over").is_null()).height

    @property
    def refused(self) -> int:
        """Answers that do not count."""
        return self.rows.filter(pl.col("refusal").is_not_null()).height


def bring_answers(path: Path, settings: Settings, study_id: str | None, site_id: str | None, today: date) -> Brought:
    """Judge an answered list and, where an answer of it counts, copy it to <landing>/<site>/answers/<today>/.

    study_id, site_id: whose list it is; by default those that asked its questions.

    Raises
    ------
    DataRejected: it can't be read as a list, or holds no answer.
    UsageError: there is no such file or site, nothing is published, its questions are of several sites, or the site's mapping does
    not declare a list of its name.
    """
    if not path.is_file():
        raise UsageError(f"{path}: expected an answered list of questions, which is a file; found {_found(path)}")
    if not settings.published.exists():
        raise UsageError("nothing is published yet, so nothing was asked; run cartrove run first")
    asked = query_published(settings.published, ASKED)
    declared = _declared_by_name(path, settings, asked, study_id, site_id)
    digest, rows = read_list(path, declared, settings, FrameStore(settings.staging))
    if rows.height and rows["refusal"][0] == "unreadable":
        raise DataRejected(rows["note"][0])
    if rows["passed_over"].is_not_null().all():
        raise DataRejected(f"{path.name}: expected answers; {_no_answer(rows)}")
    study_id, site_id = _whose(path.name, rows, asked, study_id, site_id)
    study = load_study(settings, study_id)
    if site_id not in study.sites:
        raise UsageError(f"{study_id}: unknown site {site_id}; expected one of {', '.join(study.sites)}")
    site = study.sites[site_id]
    if declaration_of(SentFile(path), site.answer_lists) != declared:
        raise UsageError(
            f"{path.name}: expected a list of questions of a site whose answer_lists has this name; they are of {study_id} {site_id}; "
            "declare it in that site's mapping, or rename the file"
        )
    named = rows.with_columns(site_id=pl.lit(site_id), source_file=pl.lit(path.name), sha256=pl.lit(digest))
    judged = judge_beside(settle(named, today, study.protocol.answers), asked.filter(study_id=study_id))
    brought = Brought(study_id, site_id, None, judged)
    if not brought.used:
        return brought
    return Brought(study_id, site_id, _put(path, digest, site_folder_of(study.landing, site_id), site, today), judged)


def _found(path: Path) -> str:
    return "a folder" if path.exists() else "none"


def _declared_by_name(
    path: Path, settings: Settings, asked: pl.DataFrame, study_id: str | None, site_id: str | None
) -> AnswerList | None:
    """How a mapping declares a list of this name: that of the site, or of any that was asked; None where none does.

    Raises
    ------
    UsageError: mappings declare it in several ways.
    """
    found: dict[str, AnswerList] = {}
    for name in [study_id] if study_id else asked["study_id"].unique().sort():
        # A broken file of another study is its own business.
        with nullcontext() if study_id else suppress(UsageError):
            for site in load_study(settings, name).sites.values():
                declared = declaration_of(SentFile(path), site.answer_lists)
                if declared and site_id in (None, site.site_id):
                    found[site.site_id] = declared
    ways = list(found.values())
    if any(declared != ways[0] for declared in ways):
        raise UsageError(
            f"{path.name}: expected a name that answer_lists declares in one way; {', '.join(found)} declare it in several; name the "
            "study and site with --study and --site"
        )
    return ways[0] if ways else None


def _no_answer(rows: pl.DataFrame) -> str:
    """Why a list holds none, and what mends it."""
    if rows.is_empty():
        return "every row is as it was sent; fill in the answer, by whom and the day"
    return (
        f"{rows['passed_over'].sum():,} rows bear no id of a question and no other row is answered; see that the text of each query "
        "holds the id, as Q0123456789"
    )


def _whose(
    name: str, rows: pl.DataFrame, asked: pl.DataFrame, study_id: str | None, site_id: str | None
) -> tuple[str, str]:
    """Study and site that asked most of the questions, unless they are given."""
    known = asked.filter(pl.col("study_id") == study_id if study_id else pl.lit(value=True))
    known = known.filter(pl.col("site_id") == site_id if site_id else pl.lit(value=True))
    found = known.join(rows.select("query_id").drop_nulls(), on="query_id").group_by("study_id", "site_id").len("n")
    most = found.filter(pl.col("n") == pl.col("n").max()).sort("study_id", "site_id")
    if most.height == 1:
        return str(most["study_id"].item()), str(most["site_id"].item())
    if study_id and site_id:
        return study_id, site_id
    why = "its ids are of several sites" if most.height else "none of its ids was ever asked"
    raise UsageError(
        f"{name}: expected the questions of one site; {why}; name the study and site with --study and --site"
    )


def _put(path: Path, digest: str, site_folder: Path, site: SiteMapping, today: date) -> Path:
    """Copy the list as it is; one that lies in the site's folder already stays where it is.

    Raises
    ------
    UsageError: the landing folder may not be written to, or has a list of that name of today.
    """
    lists = site.answer_lists
    below = [
        found for found in sorted(site_folder.rglob("*")) if found.is_file() and is_answered_list(found, declared=lists)
    ]
    if there := next((found for found in below if hash_file(found) == digest), None):
        return there
    folder = site_folder / ANSWERS / today.isoformat()
    declared = declaration_of(SentFile(path), lists)
    free = (place for name in _names(path, len(below) + 1) if not (place := folder / name).exists())
    target = next((place for place in free if declaration_of(SentFile(place), lists) == declared), None)
    if target is None:
        raise UsageError(
            f"{folder / path.name}: expected no list of this name; there is another one of today; rename the file so that answer_lists "
            "still declares its name"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}.part")
        shutil.copyfile(path, beside)
        beside.replace(target)
    except PermissionError:
        raise UsageError(
            f"{folder}: expected a folder that may be written to; access is denied; lay the list there yourself"
        ) from None
    return target


def _names(path: Path, most: int) -> Iterator[str]:
    """The name of a list, then the same with a number."""
    yield path.name
    yield from (f"{path.stem}_{number}{path.suffix}" for number in range(2, most + 1))
