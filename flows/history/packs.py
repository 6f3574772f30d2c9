"""Packs in the run log: each is a line with the hash of its manifest and of every file; so is each signature on one."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.history.run_log import Line, RunLog, who_runs
from flows.history.signers import signer_of, signers, stated_meaning
from flows.settings import Settings
from schemas.errors import UsageError
from warehouse.frame_store import hash_file

PACK, PACK_SIGNATURE = "pack", "pack signature"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class LoggedPack:
    """A pack by its name, `<study>/<name>`: the run it is of and the hash of its manifest."""

    pack: str
    study_id: str
    run_id: str
    sha256: str


@dataclass(frozen=True)
class SignedPack:
    """What is signed of a pack. at: moment in UTC. sha256: of its manifest, which holds the hash of every file."""

    pack: str
    run_id: str
    sha256: str
    meaning: str
    name: str
    public_key: str
    at: str

    def message(self) -> bytes:
        """The bytes under the signature: canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def logged_packs(lines: Sequence[Line], study_id: str | None = None) -> list[LoggedPack]:
    """All packs that are in the log, the oldest first; of one study, where one is named."""
    found = [
        LoggedPack(str(line["pack"]), str(line["study"]), str(line["run_id"]), str(line["sha256"]))
        for line in lines
        if line.get("event") == PACK
    ]
    return [one for one in found if study_id in (None, one.study_id)]


def pack_folder(settings: Settings, pack: str) -> Path:
    """Where a pack lies."""
    return settings.packs / pack


def find_pack(settings: Settings, lines: Sequence[Line], pack: str) -> LoggedPack:
    """The pack meant by `<study>/<name>` or by its folder.

    Raises
    ------
    UsageError: there is none, or its manifest was changed.
    """
    known = {one.pack: one for one in logged_packs(lines)}
    folder = Path(pack).resolve()
    packs = settings.packs.resolve()
    name = folder.relative_to(packs).as_posix() if folder.is_relative_to(packs) else pack.strip("/")
    found = known.get(name)
    manifest = pack_folder(settings, name) / MANIFEST
    if found is None or not manifest.exists():
        told = f"there are {', '.join(known)}" if known else "there is none; cartrove dmc makes one"
        raise UsageError(f"{pack}: expected a pack; {told}")
    if hash_file(manifest) != found.sha256:
        raise UsageError(f"{manifest}: was changed since the pack was made; cartrove audit verify")
    return found


def sign_pack(settings: Settings, pack: str, meaning: str, key: Ed25519PrivateKey, now: datetime) -> SignedPack:
    """Sign the hash of a pack's manifest; the signature is a line of the run log. The workspace has to be held.

    Raises
    ------
    UsageError: no such pack, or a file of it was changed; the key is nobody's; no meaning.
    """
    log = RunLog.of(settings)
    lines = log.lines()
    meaning, signer = stated_meaning(meaning), signer_of(lines, key)
    found = find_pack(settings, lines, pack)
    if changed := list(changed_files(pack_folder(settings, found.pack))):
        raise UsageError(f"{changed[0]}: was changed since the pack was made; cartrove audit verify")
    signed = SignedPack(
        found.pack, found.run_id, found.sha256, meaning, signer.name, signer.public_key, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    )  # fmt: skip
    signature = base64.b64encode(key.sign(signed.message())).decode()
    log.append(PACK_SIGNATURE, found.run_id, {**asdict(signed), "signature": signature, **who_runs()})
    return signed


def changed_files(folder: Path) -> Iterator[Path]:
    """Files of a pack that are not as its manifest says, or gone, or in no manifest."""
    stated = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    for place, sha256 in stated.items():
        if not (folder / place).is_file() or hash_file(folder / place) != sha256:
            yield folder / place
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    yield from (folder / place for place in sorted(there - {*stated, MANIFEST}))


def pack_signatures(lines: Sequence[Line]) -> list[SignedPack]:
    """All signatures on packs, the oldest first."""
    names = SignedPack.__dataclass_fields__
    return [
        SignedPack(**{name: str(line[name]) for name in names}) for line in lines if line.get("event") == PACK_SIGNATURE
    ]


def check_packs(settings: Settings, lines: Sequence[Line]) -> Iterator[str]:
    """A finding for each signature on a pack that is not borne out, and each file in a pack that was put there later.

    Changed and missing files are found as those of published nights are, by the hashes in the line of the pack.
    """
    for number, line in enumerate(lines):
        if line.get("event") == PACK_SIGNATURE:
            yield from _check_signature(lines[:number], line)
    for one in logged_packs(lines):
        folder = pack_folder(settings, one.pack)
        if folder.is_dir() and (folder / MANIFEST).is_file() and hash_file(folder / MANIFEST) == one.sha256:
            stated = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
            there = sorted(path for path in folder.rglob("*") if path.is_file())
            added = [path for path in there if path.relative_to(folder).as_posix() not in {*stated, MANIFEST}]
            yield from (f"{path}: was put into the pack after it was made" for path in added)


def _check_signature(before: Sequence[Line], line: Line) -> Iterator[str]:
    where = f"run log, line {line.get('seq')}: the signature of {line.get('name')} on pack {line.get('pack')}"
    try:
        (signed,) = pack_signatures([line])
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key))
        key.verify(base64.b64decode(line["signature"]), signed.message())
    except (InvalidSignature, KeyError, ValueError):
        yield f"{where} does not fit what it stands under"
        return
    known = signers(before).get(signed.public_key)
    if known is None or known.name != signed.name:
        yield f"{where} is by a key that was not registered for that name"
    if not any((one.pack, one.sha256) == (signed.pack, signed.sha256) for one in logged_packs(before)):
        yield f"{where} is on a pack that the log does not know"
