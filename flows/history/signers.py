"""Who may sign nights: each signer has an Ed25519 key of their own, and the run log holds its public half.

The private half is a file of the signer's, encrypted with a passphrase, and never lies in the workspace. Whoever can write
the run log could register a key under any name; so compare the fingerprint with the person once.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.history.run_log import Line, RunLog, who_runs
from flows.settings import Settings
from schemas.errors import UsageError

SIGNER = "signer"
SHORTEST_PASSPHRASE = 8
FINGERPRINT_DIGITS = 32


@dataclass(frozen=True)
class Signer:
    """A name and the public key registered for it, in base64."""

    name: str
    public_key: str

    @property
    def fingerprint(self) -> str:
        """The key as people compare it: 32 hexadecimal digits of its SHA-256, in groups of four."""
        digits = hashlib.sha256(base64.b64decode(self.public_key)).hexdigest()[:FINGERPRINT_DIGITS]
        return " ".join(digits[at : at + 4] for at in range(0, FINGERPRINT_DIGITS, 4))


def register_signer(settings: Settings, name: str, key_file: Path, passphrase: str) -> Signer:
    """Note a signer's public key in the run log; makes the key file where there is none.

    A name that has another key already gets this one from now on: signatures made before stay valid.

    Raises
    ------
    UsageError: the file lies in the workspace, is no key, or the passphrase does not fit it; no name; the key is another signer's.
    """
    name = " ".join(name.split())
    if not name:
        raise UsageError("expected the signer's name; found none")
    _require_own_place(settings, key_file)
    if not key_file.exists():
        _make_key(key_file, passphrase)
    signer = Signer(name, public_half(read_key(key_file, passphrase)))
    log = RunLog.of(settings)
    known = signers(log.lines())
    owner = known.get(signer.public_key)
    if owner and owner.name != name:
        raise UsageError(f"{key_file}: is the key of {owner.name}; a key has one signer, make another one")
    if signer not in known.values():
        log.append(SIGNER, "", {"name": name, "public_key": signer.public_key, **who_runs()})
    return signer


def signer_of(lines: Iterable[Line], key: Ed25519PrivateKey) -> Signer:
    """Whose key it is.

    Raises
    ------
    UsageError: nobody's.
    """
    signer = signers(lines).get(public_half(key))
    if signer is None:
        raise UsageError("nobody has registered this key: cartrove signer NAME --key FILE")
    return signer


def stated_meaning(meaning: str) -> str:
    """What a signature says, on one line.

    Raises
    ------
    UsageError: nothing.
    """
    if told := " ".join(meaning.split()):
        return told
    raise UsageError("--meaning: expected what the signature says, such as reviewed or approved; found nothing")


def signers(lines: Iterable[Line]) -> dict[str, Signer]:
    """The signers a log knows, by public key."""
    return {
        str(line["public_key"]): Signer(str(line["name"]), str(line["public_key"]))
        for line in lines
        if line.get("event") == SIGNER
    }


def require_key(key_file: Path) -> None:
    """See that there is a key before anybody is asked for its passphrase.

    Raises
    ------
    UsageError: there is none.
    """
    if not key_file.is_file():
        raise UsageError(f"{key_file}: file not found; cartrove signer NAME --key FILE makes a key")


def read_key(key_file: Path, passphrase: str) -> Ed25519PrivateKey:
    """A signer's private key.

    Raises
    ------
    UsageError: there is no such file, it is no Ed25519 key, or the passphrase does not fit.
    """
    try:
        key = serialization.load_pem_private_key(key_file.read_bytes(), passphrase.encode())
    except OSError as error:
        raise UsageError(
            f"{key_file}: can't be read ({error.strerror}); cartrove signer NAME --key FILE makes a key"
        ) from None
    except TypeError:
        raise UsageError(
            f"{key_file}: expected a key with a passphrase; found one without, which anyone could use"
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        raise UsageError(
            f"{key_file}: expected a private key in PEM and its passphrase; one of the two is wrong"
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            f"{key_file}: expected an Ed25519 key; found another kind; cartrove signer NAME --key FILE makes one"
        )
    return key


def public_half(key: Ed25519PrivateKey) -> str:
    """The public key in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _require_own_place(settings: Settings, key_file: Path) -> None:
    if key_file.resolve().is_relative_to(settings.workspace.resolve()):
        raise UsageError(
            f"{key_file}: lies in the workspace, where whoever runs Cartrove could sign with it; keep the key in a place of the signer's own"
        )


def _make_key(key_file: Path, passphrase: str) -> None:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageError(f"expected a passphrase of at least {SHORTEST_PASSPHRASE} characters")
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except OSError as error:
        raise UsageError(f"{key_file}: the key can't be written ({error.strerror})") from None
