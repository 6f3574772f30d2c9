"""Time stamps of a third party on the run log, by a server made of openssl: asked for, kept, checked, and never taken on trust."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from flows.command import main
from flows.history.audit import verify
from flows.history.run_log import RunLog, hash_line
from flows.history.time_stamps import TIME_STAMP
from tests.flows.conftest import Place
from tests.flows.history.conftest import PASSPHRASE
from tests.flows.history.test_sign import run_id

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = A time stamp authority of this test
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = stamper.pem
signer_key = stamper.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


@dataclass
class Authority:
    """A server, its trusted certificate, and what it answers in place of a stamp, if anything."""

    address: str
    root: Path
    instead: bytes | None = None

    def reply(self, query: bytes) -> bytes:
        """The stamp that is asked for."""
        folder = self.root.parent
        (folder / "query").write_bytes(query)
        openssl(folder, "ts", "-reply", "-config", "ts.cnf", "-queryfile", "query", "-out", "reply")
        return (folder / "reply").read_bytes()

    def send_root_too(self) -> None:
        """Put the root into answers, after the stamper's certificate: an order that DER does not allow."""
        config = self.root.with_name("ts.cnf")
        config.write_text(config.read_text().replace("[here]\n", "[here]\ncerts = root.pem\n"))

    def trust_stamper_too(self) -> None:
        """Have the stamper's own certificate beside the root."""
        self.root.write_text(self.root.read_text() + self.root.with_name("stamper.pem").read_text())


def make_authority(folder: Path) -> Path:
    (folder / "ts.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01")
    new = ("req", "-config", "ts.cnf", "-new", "-newkey", "rsa:2048", "-nodes", "-subj")
    openssl(
        folder,
        *new,
        "/CN=Root",
        "-x509",
        "-days",
        "30",
        "-extensions",
        "root",
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
    )
    openssl(folder, *new, "/CN=Stamper", "-keyout", "stamper.key", "-out", "stamper.csr")
    signed = ("-CA", "root.pem", "-CAkey", "root.key", "-days", "30", "-extfile", "ts.cnf", "-extensions", "stamper")
    openssl(folder, "x509", "-req", "-in", "stamper.csr", *signed, "-out", "stamper.pem")
    return folder / "root.pem"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    folder = tmp_path / "authority"
    folder.mkdir()
    root = make_authority(folder)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(given.reply(query) if given.instead is None else given.instead)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        given = Authority(f"http://127.0.0.1:{server.server_port}/tsa", root)
        monkeypatch.setenv("CARTROVE_TIMESTAMP_SERVER", given.address)
        monkeypatch.setenv("CARTROVE_TIMESTAMP_CERTIFICATES", str(root))
        yield given
        server.shutdown()


def command(place: Place, *words: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--workspace", str(place.workspace)])
    return ended.value.code


def findings(place: Place) -> list[str]:
    return verify(place.settings).findings


def rewrite_last(place: Place, **changed: str | None) -> None:
    """The last line with other words, its hash and the head made to fit, as whoever may write the log could."""
    log = RunLog.of(place.settings)
    *before, last = log.path.read_text("utf-8").splitlines()
    line = json.loads(last) | changed
    line["hash"] = hash_line(line)
    log.path.write_text("\n".join([*before, json.dumps(line, ensure_ascii=False)]) + "\n", "utf-8")
    log.head_path.write_text(json.dumps({**json.loads(log.head_path.read_text()), "hash": line["hash"]}))


def test_a_signature_is_stamped_and_verifies(
    tiny_night: Place,
    key: Path,
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CARTROVE_SIGNING_PASSPHRASE", PASSPHRASE)
    assert not command(tiny_night, "sign", run_id(tiny_night), "--meaning", "reviewed", "--key", str(key))
    assert f" by {authority.address}\n" in capsys.readouterr().out
    *_, signature, stamp = RunLog.of(tiny_night.settings).lines()
    assert (signature["event"], stamp["event"], stamp["of"]) == ("signature", TIME_STAMP, signature["hash"])
    assert findings(tiny_night) == []


def test_a_stamp_needs_the_certificates_to_be_checked(
    tiny_night: Place, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not command(tiny_night, "audit", "stamp")
    monkeypatch.delenv("CARTROVE_TIMESTAMP_CERTIFICATES")
    assert ["CARTROVE_TIMESTAMP_CERTIFICATES" in finding for finding in findings(tiny_night)] == [True]


def test_certificates_in_an_order_that_is_not_allowed_are_left_out(tiny_night: Place, authority: Authority) -> None:
    authority.send_root_too()
    assert not command(tiny_night, "audit", "stamp")
    (found,) = findings(tiny_night)
    assert found.endswith("is not one of the server's over the line it names")
    authority.trust_stamper_too()
    assert findings(tiny_night) == []


def test_a_stamp_of_another_authority_is_found(
    tiny_night: Place, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not command(tiny_night, "audit", "stamp")
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("CARTROVE_TIMESTAMP_CERTIFICATES", str(make_authority(other)))
    (found,) = findings(tiny_night)
    assert found.endswith("is not one of the server's over the line it names")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"of": "0" * 64}, "is not one of the server's over the line it names"),
        ({"token": base64.b64encode(b"nothing").decode()}, "is not one of the server's over the line it names"),
        ({"token": None}, "is not one of the server's over the line it names"),
        ({"stamped_at": "2020-01-01T00:00:00Z"}, "states another moment"),
    ],
    ids=["another line", "nothing of a token", "no token", "another moment"],
)
def test_a_changed_stamp_is_found(
    tiny_night: Place, authority: Authority, changed: dict[str, str | None], told: str
) -> None:
    assert not command(tiny_night, "audit", "stamp")
    rewrite_last(tiny_night, **changed)
    assert [finding for finding in findings(tiny_night) if finding.endswith(told)]


def test_a_rewritten_log_is_not_what_was_stamped(tiny_night: Place, authority: Authority) -> None:
    """Whoever writes the whole chain anew can't have the old stamp over the new lines."""
    assert not command(tiny_night, "audit", "stamp")
    log = RunLog.of(tiny_night.settings)
    lines, previous = log.lines(), log.lines()[0]["previous"]
    for line in lines:
        if line["event"] == "begun":
            line["user"] = "another"
        line["previous"] = previous
        line["hash"] = previous = hash_line(line)
    log.path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    assert any("is over a line that does not stand before it" in finding for finding in findings(tiny_night))


def test_an_answer_that_is_no_stamp_leaves_the_log_as_it_is(
    tiny_night: Place, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    before = RunLog.of(tiny_night.settings).content()
    authority.instead = b"<html>no</html>"
    assert command(tiny_night, "audit", "stamp") == 1
    assert "expected a time stamp (RFC 3161); found another answer" in capsys.readouterr().err
    assert RunLog.of(tiny_night.settings).content() == before


def test_an_answer_to_another_request_is_not_taken(
    tiny_night: Place, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    """One made earlier over the same line has another nonce: who keeps it could state an old moment."""
    line_hash = RunLog.of(tiny_night.settings).lines()[-1]["hash"]
    earlier = TimestampRequestBuilder().data(line_hash.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    authority.instead = authority.reply(earlier.as_bytes())
    assert command(tiny_night, "audit", "stamp") == 1
    assert "stamped something else" in capsys.readouterr().err


def test_a_server_that_is_away_leaves_the_signature_and_says_how_to_ask_again(
    tiny_night: Place,
    key: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CARTROVE_TIMESTAMP_SERVER", "http://127.0.0.1:9/")
    monkeypatch.setenv("CARTROVE_SIGNING_PASSPHRASE", PASSPHRASE)
    assert command(tiny_night, "sign", run_id(tiny_night), "--meaning", "reviewed", "--key", str(key)) == 1
    assert "can't be reached (ConnectError); cartrove audit stamp asks again" in capsys.readouterr().err
    assert RunLog.of(tiny_night.settings).lines()[-1]["event"] == "signature"


def test_without_a_server_there_is_nothing_to_ask(tiny_night: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(tiny_night, "audit", "stamp") == 2
    assert "CARTROVE_TIMESTAMP_SERVER: expected the address" in capsys.readouterr().err
