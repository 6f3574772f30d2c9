"""A pack as a folder of its own: `packs/<study>/<night>-<cut>/`, never overwritten, its hash in the run log.

    manifest.json       what it is made of, and the hash of every file
    open/, closed/      report.html, .docx, .pdf; tables/*.csv; figures/*; results.parquet, the rows behind them

Beside the packs of a study lies masks.json: which letter each group has in its open reports, drawn by lot once.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from flows.export.source import private_folder, refuse_single_subjects
from flows.history.packs import MANIFEST, PACK, LoggedPack, logged_packs, pack_folder
from flows.history.run_log import RunLog, who_runs
from flows.pack.files import report_files
from flows.pack.reports import CLOSED, OPEN, refuse_unmasked, report_of
from flows.pack.since import Since, explained
from flows.pack.source import PackSource, pack_source
from flows.settings import Settings
from schemas.errors import UsageError
from transforms.committee.masking import masked_factors
from warehouse.durable import write_durably
from warehouse.published import open_questions_by_headline

MASKS, UNFINISHED = "masks.json", ".unfinished"
LOCKED = 0o400


@dataclass(frozen=True)
class MadePack:
    """A pack. stands: it was there already, made of the same tables."""

    pack: str
    folder: Path
    sha256: str
    stands: bool


def make_pack(
    settings: Settings, study_id: str, cut: date | None, since: str | None, chance: Random, *, again: bool = False
) -> MadePack:
    """Write a study's pack of the published night and one cut. The workspace has to be held.

    since: the pack to compare with; by default the last one. chance: draws the letters of groups, once in a study's life. again: a pack of that night and
    cut may be there already; this one gets the next number.

    Raises
    ------
    UsageError: nothing is published, or not with that cut; a pack of other tables stands in its place; small counts are suppressed.
    """
    refuse_single_subjects(settings)
    lines = RunLog.of(settings).lines()
    earlier = logged_packs(lines, study_id)
    with pack_source(settings, study_id, cut) as source:
        pack = _free_name(source, study_id, earlier, again=again)
        if pack in {one.pack for one in earlier}:
            return _standing(settings, source, next(one for one in earlier if one.pack == pack))
        before = _before(settings, earlier, since)
        if before is not None:
            before = explained(before, settings, study_id, source.night.run_id)
        orders = _orders(settings, source, study_id, chance)
        files = _files(settings, source, orders, before)
    manifest = _manifest(pack, source, before, files)
    _write(pack_folder(settings, pack), {**files, MANIFEST: manifest})
    sha256 = _hash(manifest)
    place = pack_folder(settings, pack).relative_to(settings.workspace).as_posix()
    hashes = {f"{place}/{name}": _hash(content) for name, content in {**files, MANIFEST: manifest}.items()}
    details = {"study": study_id, "pack": pack, "sha256": sha256, "files": hashes, **who_runs()}
    RunLog.of(settings).append(PACK, source.night.run_id, details)
    return MadePack(pack, pack_folder(settings, pack), sha256, stands=False)


def _free_name(source: PackSource, study_id: str, earlier: Sequence[LoggedPack], *, again: bool) -> str:
    """`<study>/<night>-<cut>`, of the next number where one is asked for. What a killed run left there is no pack."""
    name = f"{study_id}/{source.night.as_of}-{source.cut or 'no-cut'}"
    taken = {one.pack for one in earlier}
    if not again or name not in taken:
        return name
    return next(numbered for n in range(2, len(taken) + 3) if (numbered := f"{name}-{n}") not in taken)


def _standing(settings: Settings, source: PackSource, logged: LoggedPack) -> MadePack:
    """The pack that is there already.

    Raises
    ------
    UsageError: it is of other tables, or its manifest is gone or was changed.
    """
    folder = pack_folder(settings, logged.pack)
    manifest = folder / MANIFEST
    if not manifest.exists() or _hash(manifest.read_bytes()) != logged.sha256:
        raise UsageError(
            f"{manifest}: is gone or was changed since the pack was made (cartrove audit verify); --again makes one more"
        )
    if json.loads(manifest.read_text("utf-8"))["build_key"] != source.of_night.build_key:
        raise UsageError(
            f"{folder}: a pack of run {logged.run_id} stands there, whose tables were others; --again makes one more of this night"
        )
    return MadePack(logged.pack, folder, logged.sha256, stands=True)


def _before(settings: Settings, earlier: Sequence[LoggedPack], since: str | None) -> Since | None:
    """The pack to compare with.

    Raises
    ------
    UsageError: there is none of that name, or it is gone.
    """
    there = [one for one in earlier if (pack_folder(settings, one.pack) / MANIFEST).exists()]
    if since is not None:
        there = [one for one in there if since.strip("/") in (one.pack, one.pack.partition("/")[2])]
        if not there:
            known = ", ".join(one.pack for one in earlier) or "none"
            raise UsageError(f"--since {since}: expected an earlier pack of the study; there are: {known}")
    if not there:
        return None
    last = there[-1]
    return Since(last.pack, pack_folder(settings, last.pack), last.run_id, last.sha256)


def _orders(settings: Settings, source: PackSource, study_id: str, chance: Random) -> dict[str, list[str]]:
    """The levels of each masked factor in the order of their letters: as drawn once, new levels after the others."""
    place = settings.packs / study_id / MASKS
    kept: dict[str, list[str]] = json.loads(place.read_text("utf-8")) if place.exists() else {}
    orders = dict(kept)
    for name in masked_factors(source.study.protocol):
        known = orders.get(name, [])
        new = [level for level in source.study.protocol.risk_factors[name].level_names if level not in known]
        chance.shuffle(new)
        orders[name] = [*known, *new]
    if orders != kept:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(place, json.dumps(orders, ensure_ascii=False, indent=1).encode())
        place.chmod(0o600)
    return orders


def _files(
    settings: Settings, source: PackSource, orders: Mapping[str, list[str]], since: Since | None
) -> dict[str, bytes]:
    """Every file of both reports by its place in the pack."""
    asked = open_questions_by_headline(source.file, source.study.study_id)
    files: dict[str, bytes] = {}
    for kind in (OPEN, CLOSED):
        made = report_of(kind, source, settings, orders, asked, since)
        words = made.report.words
        footer = words.joined(
            [words(f"pack.{kind}"), source.study.study_id, f"{source.night.as_of}", source.night.run_id]
        )
        of_kind = report_files(made.document, made.figures, made.rows, footer, source.started, words)
        if kind == OPEN:
            refuse_unmasked(source, of_kind["report.html"].decode(), made.rows)
        files |= {f"{kind}/{place}": content for place, content in of_kind.items()}
    return files


def _manifest(pack: str, source: PackSource, since: Since | None, files: Mapping[str, bytes]) -> bytes:
    """What the pack is made of, without a moment: equal tables give equal bytes."""
    stated: dict[str, Any] = {
        "pack": pack,
        "study_id": source.study.study_id,
        "run_id": source.night.run_id,
        "as_of": str(source.night.as_of),
        "data_cut": str(source.cut) if source.cut else None,
        "content_hash": source.night.content_hash,
        "state": source.state,
        "built_in": source.built.run_id,
        "build_key": source.of_night.build_key,
        "code_version": source.built.code_version,
        "code_hash": source.built.code_hash,
        "study_files": source.study_files,
        "since": {"pack": since.pack, "sha256": since.sha256} if since else None,
        "files": {place: _hash(content) for place, content in sorted(files.items())},
    }
    return json.dumps(stated, ensure_ascii=False, indent=1).encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write beside its place what then stands there at once, for its owner to read and nobody to write."""
    unfinished = folder.with_name(f"{UNFINISHED}-{folder.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    with private_folder(unfinished):
        for place, content in files.items():
            path = unfinished / place
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content)
            path.chmod(LOCKED)
    if folder.exists():
        # Not in the run log: a run was killed before it could say so.
        shutil.rmtree(folder)
    os.replace(unfinished, folder)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def copy_pack(settings: Settings, pack: str, out: Path, kinds: Sequence[str]) -> None:
    """Copy a pack's reports and its manifest to a new folder that its owner alone may read.

    Raises
    ------
    UsageError: the folder holds something already.
    """
    folder = pack_folder(settings, pack)
    with private_folder(out):
        for kind in kinds:
            shutil.copytree(folder / kind, out / kind)
        shutil.copyfile(folder / MANIFEST, out / MANIFEST)
