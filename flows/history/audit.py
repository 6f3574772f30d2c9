"""Whether anything was changed since it was logged: the run log itself, landing files, kept nights, published files.

Nothing here writes, except `accept`, which notes in the log that somebody has looked into what was found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.history.nights import KeptNight, NightStudy, content_path, list_nights, night_path
from flows.history.packs import PACK, check_packs
from flows.history.run_log import Line, RunLog, hash_line, published_runs, split_log, who_runs, withdrawn_studies
from flows.history.signatures import SIGNATURE, check_signatures
from flows.history.time_stamps import check_time_stamps
from flows.settings import Settings
from flows.study_folder import list_studies
from schemas.errors import UsageError
from warehouse.frame_store import hash_file
from warehouse.published import query_published
from warehouse.table_hash import SHOWN_DIGITS

SHORTEST_HASH = 12


@dataclass(frozen=True)
class Audit:
    """What was found, what of it somebody has accepted, and the head of the log."""

    findings: list[str]
    accepted: list[str]
    lines: int
    files: int
    head: str


def verify(settings: Settings, against: str | None = None) -> Audit:
    """Check log, kept nights, landing files and published files. against: the head of the log as copied elsewhere.

    Raises
    ------
    UsageError: there is no log, or `against` is too short to mean one line.
    """
    log = RunLog.of(settings)
    before, lines, torn = split_log(log.content())
    if not lines:
        raise UsageError(f"{log.path}: the run log is empty; run cartrove run first")
    nights = list_nights(settings)
    gone = withdrawn_studies(lines) - set(list_studies(settings))
    landed = {place: first for place, first in _landed(nights).items() if place[0] not in gone}
    found = [
        *_check_chain(log, before, lines),
        *_check_head(log, lines, torn),
        *(_check_copy(lines, against) if against else ()),
        *_check_nights(settings, lines, nights),
        *_check_landing(settings, landed),
        *_check_published(settings, lines),
        *check_signatures(lines),
        *check_packs(settings, lines),
        *check_time_stamps(settings, lines),
    ]
    accepted = {what for line in lines if line.get("event") == "accepted" for what in line["findings"]}
    return Audit(
        findings=[what for what in found if what not in accepted],
        accepted=[what for what in found if what in accepted],
        lines=len(lines),
        files=len(landed),
        head=str(lines[-1].get("hash", "")),
    )


def accept(settings: Settings, reason: str) -> list[str]:
    """Note in the log that what is found now has been looked into, and by whom. Gives the findings accepted."""
    findings = verify(settings).findings
    if findings:
        RunLog.of(settings).append("accepted", "", {"reason": reason, "findings": findings, **who_runs()})
    return findings


def _check_chain(log: RunLog, before: bytes, lines: Sequence[Line]) -> Iterator[str]:
    """Every line as it was written, none missing, none put in."""
    previous, signed = hashlib.sha256(before).hexdigest(), False
    for number, line in enumerate(lines, start=1):
        where = f"run log, line {number} ({line.get('event', 'unreadable')}, {line.get('at', 'no moment')})"
        if "unreadable" in line:
            yield f"{where}: no line of a run log"
        elif line.get("signed") and not log.key:
            yield f"{where}: is signed; set CARTROVE_AUDIT_KEY to check it"
        elif signed and not line.get("signed"):
            yield f"{where}: is not signed, though lines before it are"
        elif hash_line(line, log.key if line.get("signed") else None) != line["hash"]:
            yield f"{where}: was changed since it was written"
        if line.get("previous") != previous or line.get("seq") != number:
            what = "what stands before the first line" if number == 1 else "the line before it"
            yield f"{where}: {what} was changed or is gone"
        previous, signed = line.get("hash", ""), signed or bool(line.get("signed"))


def _check_head(log: RunLog, lines: Sequence[Line], torn: bytes) -> Iterator[str]:
    """The end of the log is there: the head file, and what later lines say of an end that was lost."""
    head = log.head()
    if head is None:
        yield f"{log.head_path}: is gone or unreadable, so that a cut at the end of the log would not show"
    elif head["hash"] not in {line.get("hash") for line in lines}:
        lost = "its last line is damaged" if torn else "it was truncated or rewritten"
        yield f"run log: line {head['seq']}, its last by {log.head_path.name}, is not in it: {lost}"
    for line in lines:
        if line.get("event") == "mended" and "gone" in line:
            yield f"run log, line {line['seq']}: when it was written, line {line['gone']['seq']} was already gone"


def _check_copy(lines: Sequence[Line], against: str) -> Iterator[str]:
    if len(against) < SHORTEST_HASH:
        raise UsageError(f"--against {against}: expected at least {SHORTEST_HASH} characters of a hash")
    if not any(str(line.get("hash", "")).startswith(against.lower()) for line in lines):
        yield f"run log: no line has the hash {against}, which was its head once: it was cut short or written anew"


def _check_nights(settings: Settings, lines: Sequence[Line], nights: Sequence[KeptNight]) -> Iterator[str]:
    """The record of each night as it was when published, and the study files it names."""
    for line in _publications(lines):
        path = night_path(settings, line["run_id"])
        if not path.exists():
            yield f"{path}: what run {line['run_id']} rested on is gone"
        elif hash_file(path) != line["night_sha256"]:
            yield f"{path}: was changed since run {line['run_id']} published"
    kept = {sha256 for night in nights for files in night.study_files.values() for sha256 in files.values()}
    for sha256 in sorted(kept):
        path = content_path(settings, sha256)
        if not path.exists() or hash_file(path) != sha256:
            yield f"{path}: a study file of past nights was changed or is gone"


def _landed(nights: Sequence[KeptNight]) -> dict[tuple[str, str, str], tuple[str, NightStudy]]:
    """Every state of a landing file a night rested on: study, path and hash; with the night that saw it first."""
    landed: dict[tuple[str, str, str], tuple[str, NightStudy]] = {}
    for night in nights:
        for name, study in night.studies.items():
            for place, sha256 in study.landing_files.items():
                landed.setdefault((name, place, sha256), (night.run_id, study))
    return landed


def _check_landing(settings: Settings, landed: dict[tuple[str, str, str], tuple[str, NightStudy]]) -> Iterator[str]:
    """Every landing file a night rested on is there with the same bytes."""
    now: dict[Path, str | None] = {}
    for (name, place, sha256), (run_id, study) in landed.items():
        root = study.landing if study.landing.is_dir() else settings.landing_of(name)
        path = root / place
        if path not in now:
            now[path] = hash_file(path) if path.is_file() else None
        if now[path] is None:
            yield f"{name} {place}: the landing file is gone; run {run_id} rested on it ({sha256[:12]})"
        elif now[path] != sha256:
            yield f"{name} {place}: the landing file was changed since run {run_id}: {sha256[:12]} then, {now[path]:.12} now"


def _check_published(settings: Settings, lines: Sequence[Line]) -> Iterator[str]:
    """Every published file is the one its last publication wrote, and the warehouse is of a run that is in the log."""
    published = published_runs(lines)
    cleaned = {place for line in lines if line.get("event") == "cleaned" for place in line.get("files", [])}
    legal: dict[str, tuple[str, set[str]]] = {}
    for line in lines:
        for place, sha256 in line["files"].items() if line.get("event") in ("publishing", SIGNATURE, PACK) else ():
            # A run killed or failed on the way, or a signing, may have left the file of the publication before it.
            replaced = line["event"] != SIGNATURE and line["run_id"] in published
            before = set() if replaced else legal.get(place, ("", set()))[1]
            legal[place] = (line["run_id"], {sha256} | before)
    for place, (run_id, hashes) in legal.items():
        path = settings.workspace / place
        if not path.exists():
            if place not in cleaned:
                yield f"{path}: is gone; run {run_id} published it"
        elif hash_file(path) not in hashes:
            yield f"{path}: was changed since run {run_id} published it"
    yield from _check_origin(settings, lines, list(legal))


def _check_origin(settings: Settings, lines: Sequence[Line], places: Sequence[str]) -> Iterator[str]:
    """A published warehouse names the line with which its run began: a log begun anew does not have it."""
    hashes = {line.get("hash") for line in lines}
    known = {settings.published, *(settings.workspace / place for place in places)}
    for path in sorted(path for path in known if path.suffix == ".duckdb" and path.exists()):
        try:
            run = query_published(path, "SELECT run_id, log_hash FROM meta.run").rows()
        except duckdb.Error:
            continue
        for run_id, log_hash in run:
            if log_hash and log_hash not in hashes:
                yield f"{path}: is of run {run_id}, of which the run log knows nothing"


def _publications(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.get("event") == "publishing"]


def log_lines(settings: Settings) -> Iterator[dict[str, str]]:
    """The runs in words: when, who, what for, studies, exit, published."""
    runs: dict[str, dict[str, Line]] = {}
    for line in RunLog.of(settings).lines():
        name = line.get("run_id") or f"line {line.get('seq')}"
        runs.setdefault(str(name), {})[str(line.get("event"))] = line
    for run_id, events in runs.items():
        yield _run_in_words(run_id, events)


def _run_in_words(run_id: str, events: dict[str, Line]) -> dict[str, str]:
    first = next(iter(events.values()))
    begun, ended, published = events.get("begun", first), events.get("ended"), events.get("publishing")
    started = str(begun.get("started_by", first.get("event", "")))
    by = str(begun.get("requested_by") or begun.get("user", ""))
    return {
        "run": run_id,
        "when (UTC)": str(first.get("at", ""))[:16].replace("T", " "),
        "who": started if by in started else ", ".join(part for part in (started, by) if part),
        "what for": _asked(begun),
        "studies": _states(ended["studies"]) if ended and "studies" in ended else first.get("reason", ""),
        "exit": _exit(events),
        "published": published["content_hash"][:SHOWN_DIGITS] if published and ended and ended["published"] else "",
    }


def _exit(events: dict[str, Line]) -> str:
    """The exit code of a run; of an event beside the runs, such as `accepted`, there is none."""
    if "exit_code" in events.get("ended", {}):
        return str(events["ended"]["exit_code"])
    return "did not end" if "begun" in events else ""


def _asked(begun: Line) -> str:
    asked = begun.get("parameters", {})
    parts = [*asked.get("studies", []), *asked.get("sites", [])] or ["all studies"]
    if begun.get("snapshot"):
        parts.append(str(begun["snapshot"]).replace("_", " "))
    return ", ".join([*parts, *(["force"] if asked.get("force") else [])]) if asked else ""


def _states(studies: dict[str, str]) -> str:
    """How many studies came out how: 3 built, 1 kept."""
    counts = {state: list(studies.values()).count(state) for state in dict.fromkeys(studies.values())}
    return ", ".join(f"{number} {state}" for state, number in counts.items())
