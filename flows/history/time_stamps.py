"""Time stamps of a third party (RFC 3161): that the run log up to a line existed at a moment, whoever holds the workspace.

The server gets the SHA-256 of that line's own hash and nothing else. Its answer is a line of the log.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from flows.history.run_log import Line, RunLog, who_runs
from flows.settings import Settings
from schemas.errors import RunFailed, UsageError

TIME_STAMP = "time stamp"
SECONDS = 30
KIND = "application/timestamp-query"
_AGAIN = "cartrove audit stamp asks again"


def stamp_log(settings: Settings) -> str:
    """Have the log as it stands stamped. Gives the moment the server states, in UTC. The workspace has to be held.

    Raises
    ------
    UsageError: no server is set, or the log is empty.
    RunFailed: the server can't be reached, refuses, or answers something else.
    """
    if not settings.timestamp_server:
        raise UsageError(
            "CARTROVE_TIMESTAMP_SERVER: expected the address of a time stamp server (RFC 3161); found none"
        )
    log = RunLog.of(settings)
    lines = log.lines()
    if not lines:
        raise UsageError(f"{log.path}: the run log is empty; run cartrove run first")
    stamped = str(lines[-1]["hash"])
    answer = _ask(settings.timestamp_server, stamped)
    at = f"{answer.tst_info.gen_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    token = base64.b64encode(answer.as_bytes()).decode()
    details = {"of": stamped, "server": settings.timestamp_server, "stamped_at": at, "token": token, **who_runs()}
    log.append(TIME_STAMP, "", details)
    return at


def check_time_stamps(settings: Settings, lines: Sequence[Line]) -> Iterator[str]:
    """A finding for each stamp that is not over an earlier line, not of a trusted server, or can't be checked."""
    stamps = [(number, line) for number, line in enumerate(lines) if line.get("event") == TIME_STAMP]
    if not stamps:
        return
    if settings.timestamp_certificates is None:
        yield "run log: has time stamps; set CARTROVE_TIMESTAMP_CERTIFICATES to the certificates of their server to check them"
        return
    roots = _certificates(settings.timestamp_certificates)
    for number, line in stamps:
        where = f"run log, line {line.get('seq')}: the time stamp of {line.get('stamped_at')}"
        try:
            answer = decode_timestamp_response(base64.b64decode(line["token"]))
            _verify(answer, str(line["of"]), roots)
        # A line that somebody rewrote may hold anything in place of a token.
        except (KeyError, TypeError, ValueError, VerificationError):
            yield f"{where} is not one of the server's over the line it names"
            continue
        if line["of"] not in {earlier.get("hash") for earlier in lines[:number]}:
            yield f"{where} is over a line that does not stand before it"
        if f"{answer.tst_info.gen_time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" != line.get("stamped_at"):
            yield f"{where} states another moment"


def _ask(server: str, line_hash: str) -> TimeStampResponse:
    """A stamp with the server's certificates in it; without, where it has them in an order that DER does not allow."""
    try:
        return _answer(server, line_hash, with_certificates=True)
    except ValueError:
        pass
    try:
        return _answer(server, line_hash, with_certificates=False)
    except ValueError:
        raise RunFailed(f"{server}: expected a time stamp (RFC 3161); found another answer; {_AGAIN}") from None


def _answer(server: str, line_hash: str, *, with_certificates: bool) -> TimeStampResponse:
    """Raises ValueError where the answer can't be read."""
    asked = TimestampRequestBuilder().data(line_hash.encode()).hash_algorithm(HashAlgorithm.SHA256)
    request = asked.cert_request(cert_request=with_certificates).build()
    try:
        reply = httpx.post(server, content=request.as_bytes(), headers={"Content-Type": KIND}, timeout=SECONDS)
        reply.raise_for_status()
    except httpx.HTTPStatusError as refusal:
        raise RunFailed(f"{server}: the time stamp server answered {refusal.response.status_code}; {_AGAIN}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RunFailed(
            f"{server}: the time stamp server can't be reached ({type(error).__name__}); {_AGAIN}"
        ) from None
    answer = decode_timestamp_response(reply.content)
    stamped = answer.tst_info if PKIStatus(answer.status) == PKIStatus.GRANTED else None
    if stamped is None or (stamped.message_imprint.message, stamped.nonce) != (_imprint(line_hash), request.nonce):
        raise RunFailed(f"{server}: refused, or stamped something else; {_AGAIN}")
    return answer


def _verify(answer: TimeStampResponse, line_hash: str, certificates: Sequence[x509.Certificate]) -> None:
    """Raises VerificationError or ValueError where the answer is not over this line, or its chain ends in none of the certificates."""
    builder = VerifierBuilder(roots=list(certificates))
    if not answer.signed_data.certificates:
        signers = {(signer.issuer, signer.serial_number) for signer in answer.signed_data.signer_infos}
        own = [one for one in certificates if (one.issuer, one.serial_number) in signers]
        if not own:
            raise VerificationError("the certificate of the stamp is not among those trusted")
        builder = builder.tsa_certificate(own[0])
    builder.build().verify(answer, _imprint(line_hash))


def _imprint(line_hash: str) -> bytes:
    return hashlib.sha256(line_hash.encode()).digest()


def _certificates(file: Path) -> list[x509.Certificate]:
    """The trusted certificates of a PEM file.

    Raises
    ------
    UsageError: it can't be read, or holds none.
    """
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file}: can't be read ({error.strerror}); see CARTROVE_TIMESTAMP_CERTIFICATES") from None
    except ValueError:
        raise UsageError(
            f"{file}: expected certificates in PEM; found none (CARTROVE_TIMESTAMP_CERTIFICATES)"
        ) from None
