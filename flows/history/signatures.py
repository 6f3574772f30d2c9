"""Signatures on published nights: who signed, when, with what meaning, over the hash of the tables.

A signature is a line of the run log, so it can't be taken back unseen. The first one also keeps the night as it was signed,
`warehouse/signed/<run>/` with its warehouse file and reports: a later night supersedes it and never replaces it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from flows.history.nights import KeptNight, find_night, night_in_force
from flows.history.run_log import Line, RunLog, published_runs, who_runs
from flows.history.signers import signer_of, signers, stated_meaning
from flows.settings import Settings
from schemas.errors import UsageError
from transforms.reports.signatures import with_signatures
from warehouse.durable import write_durably
from warehouse.frame_store import hash_file
from warehouse.published import query_published

SIGNATURE = "signature"


@dataclass(frozen=True)
class Signed:
    """What is signed. at: moment in UTC. content_hash: of the tables; night_sha256: of the record of all the night rested on."""

    run_id: str
    as_of: str
    content_hash: str
    night_sha256: str
    meaning: str
    name: str
    public_key: str
    at: str

    def message(self) -> bytes:
        """The bytes under the signature: canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign_night(settings: Settings, night: str, meaning: str, key: Ed25519PrivateKey, now: datetime) -> Signed:
    """Sign a published night, keep it as it is, and show the signature in its reports. The workspace has to be held.

    night: a run, the beginning of its id, or a day.

    Raises
    ------
    UsageError: no such night; its file is a later night's or was changed; the key is nobody's; no meaning.
    """
    log = RunLog.of(settings)
    lines = log.lines()
    meaning, signer = stated_meaning(meaning), signer_of(lines, key)
    kept = _night(settings, night, lines)
    publication = _publication(lines, kept.run_id)
    signed = Signed(
        run_id=kept.run_id,
        as_of=str(kept.as_of),
        content_hash=publication["content_hash"],
        night_sha256=publication["night_sha256"],
        meaning=meaning,
        name=signer.name,
        public_key=signer.public_key,
        at=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    )
    copies = _keep_as_signed(settings, kept, lines)
    shown = _pages_with(settings, kept, [*signatures(lines), signed])
    files = {place: hashlib.sha256(content).hexdigest() for place, content in shown.items()} | copies
    log.append(
        SIGNATURE,
        kept.run_id,
        {
            **asdict(signed),
            "signature": base64.b64encode(key.sign(signed.message())).decode(),
            "files": files,
            **who_runs(),
        },
    )
    for place, content in shown.items():
        write_durably(settings.workspace / place, content)
    return signed


def signatures(lines: Sequence[Line]) -> list[Signed]:
    """All signatures of a log, the oldest first."""
    names = Signed.__dataclass_fields__
    return [Signed(**{name: str(line[name]) for name in names}) for line in lines if line.get("event") == SIGNATURE]


def check_signatures(lines: Sequence[Line]) -> Iterator[str]:
    """A finding for each signature that its key, its signer or the night it names does not bear out."""
    for number, line in enumerate(lines):
        if line.get("event") != SIGNATURE:
            continue
        where = f"run log, line {line.get('seq')}: the signature of {line.get('name')} on run {line.get('run_id')}"
        try:
            (signed,) = signatures([line])
            Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key)).verify(
                base64.b64decode(line["signature"]), signed.message()
            )
        except (InvalidSignature, KeyError, ValueError):
            yield f"{where} does not fit what it stands under"
            continue
        known = signers(lines[:number]).get(signed.public_key)
        if known is None or known.name != signed.name:
            yield f"{where} is by a key that was not registered for that name"
        if not any(_is_of(publication, signed) for publication in lines[:number]):
            yield f"{where} is on tables that the log does not say were published"


def _is_of(line: Line, signed: Signed) -> bool:
    names = ("run_id", "content_hash", "night_sha256")
    return line.get("event") == "publishing" and all(line.get(name) == getattr(signed, name) for name in names)


def _night(settings: Settings, night: str, lines: Sequence[Line]) -> KeptNight:
    try:
        day = date.fromisoformat(night)
    except ValueError:
        kept = find_night(settings, night)
    else:
        kept = night_in_force(settings, day)
    if kept is None or kept.run_id not in published_runs(lines):
        raise UsageError(f"{night}: no published night of that run or day; cartrove audit log lists them")
    return kept


def _publication(lines: Sequence[Line], run_id: str) -> Line:
    return next(line for line in reversed(lines) if line.get("event") == "publishing" and line["run_id"] == run_id)


def signed_folder(settings: Settings, run_id: str) -> Path:
    """Where a signed night is kept."""
    return settings.signed / run_id


def _keep_as_signed(settings: Settings, night: KeptNight, lines: Sequence[Line]) -> dict[str, str]:
    """Copy the warehouse file and the reports of a night, unless an earlier signature did. Gives the hash of each copy by its place.

    Raises
    ------
    UsageError: what lies in the published place is not that night any more.
    """
    folder = signed_folder(settings, night.run_id)
    if folder.exists() and any(one.run_id == night.run_id for one in signatures(lines)):
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    published = settings.published_places(night.snapshot)[0]
    place = published.relative_to(settings.workspace).as_posix()
    require_same(published, night, night.published.get(place, ""))
    files = [published, *(settings.workspace / page for page in night.published if page.endswith(".html"))]
    copies = {}
    for file in files:
        if file.exists():
            copy = folder / file.relative_to(settings.workspace)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            copy.chmod(0o400)
            copies[copy.relative_to(settings.workspace).as_posix()] = hash_file(copy)
    return copies


def require_same(published: Path, night: KeptNight, sha256: str) -> None:
    """See that a published file is that of a night, byte for byte.

    Raises
    ------
    UsageError: it is another's, or was changed.
    """
    of_run = query_published(published, "SELECT run_id FROM meta.run").item() if published.exists() else None
    if of_run != night.run_id:
        raise UsageError(
            f"{published}: is not run {night.run_id} any more but {of_run or 'gone'}; sign the night that stands, or have that one again "
            f"as a snapshot (cartrove run --as-of {night.as_of} --as-published) and sign it"
        )
    if hash_file(published) != sha256:
        raise UsageError(f"{published}: was changed since run {night.run_id} published it; cartrove audit verify")


def _pages_with(settings: Settings, night: KeptNight, signed: Sequence[Signed]) -> Mapping[str, bytes]:
    """The pages of a night where they are published, with all signatures on it; those that a later night has replaced are left alone."""
    published = settings.published_places(night.snapshot)[0]
    if not published.exists() or query_published(published, "SELECT run_id FROM meta.run").item() != night.run_id:
        return {}
    pages = [place for place in night.published if place.endswith(".html") and (settings.workspace / place).exists()]
    rows = [asdict(one) for one in signed]
    return {
        place: with_signatures((settings.workspace / place).read_text("utf-8"), rows, night.content_hash).encode()
        for place in pages
    }
