"""`cartrove sign`: who signed which tables, kept as they were, chained in the run log, checked by `cartrove audit verify`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.command import main
from flows.history.audit import verify
from flows.history.run_log import RunLog, hash_line
from flows.history.signatures import sign_night, signatures, signed_folder
from flows.history.signers import read_key, register_signer
from flows.history.withdraw import withdraw_subject
from schemas.errors import UsageError
from tests.flows.conftest import Place
from tests.flows.history.conftest import PASSPHRASE
from warehouse.published import query_published

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def run_id(place: Place) -> str:
    return str(place.query("SELECT run_id FROM meta.run").item())


def sign(place: Place, key: Path, meaning: str = "reviewed", night: str | None = None) -> None:
    sign_night(place.settings, night or run_id(place), meaning, read_key(key, PASSPHRASE), NOW)


def findings(place: Place) -> list[str]:
    return verify(place.settings).findings


def index(place: Place) -> str:
    return (place.settings.reports / "index.html").read_text("utf-8")


def test_a_signed_night_is_shown_in_its_reports_and_verifies(tiny_night: Place, key: Path) -> None:
    sign(tiny_night, key)
    for page in tiny_night.settings.reports.glob("**/index.html"):
        assert "Signed by Li Wei on 2026-01-02 03:04:05 UTC: reviewed" in page.read_text("utf-8")
    assert findings(tiny_night) == []


def test_a_second_signature_stands_below_the_first(tiny_night: Place, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine" / "wang.pem"
    register_signer(tiny_night.settings, "Wang Fang", other, PASSPHRASE)
    sign(tiny_night, key)
    sign(tiny_night, other, "approved")
    assert [(one.name, one.meaning) for one in signatures(RunLog.of(tiny_night.settings).lines())] == [
        ("Li Wei", "reviewed"),
        ("Wang Fang", "approved"),
    ]
    assert index(tiny_night).index("Li Wei") < index(tiny_night).index("Wang Fang")
    assert findings(tiny_night) == []


def test_a_later_night_supersedes_a_signed_one_which_stays_as_it_was(tiny_night: Place, key: Path) -> None:
    signed = run_id(tiny_night)
    sign(tiny_night, key)
    export = next(tiny_night.studies.glob("*/landing/*/*/*.csv"))
    export.write_text(export.read_text("utf-8").replace("2021-08-01", "2021-08-15"), "utf-8")
    assert tiny_night.run() is None
    kept = signed_folder(tiny_night.settings, signed) / "warehouse" / "cartrove.duckdb"
    assert run_id(tiny_night) != signed
    assert query_published(kept, "SELECT run_id FROM meta.run").item() == signed
    assert f"Not signed. This night supersedes run {signed}" in index(tiny_night)
    assert [what for what in findings(tiny_night) if "landing file" not in what] == []


def test_the_same_tables_published_again_are_still_signed(tiny_night: Place, key: Path) -> None:
    sign(tiny_night, key)
    assert tiny_night.run(force=True) is None
    assert "Signed by Li Wei" in index(tiny_night)
    assert findings(tiny_night) == []


def test_a_superseded_night_is_signed_only_as_it_was_kept(tiny_night: Place, key: Path) -> None:
    unsigned = run_id(tiny_night)
    assert tiny_night.run(force=True) is None
    with pytest.raises(UsageError, match="sign the night that stands"):
        sign(tiny_night, key, night=unsigned)


def test_a_night_changed_since_it_was_published_is_not_signed(tiny_night: Place, key: Path) -> None:
    import duckdb

    with duckdb.connect(tiny_night.settings.published) as connection:
        connection.execute("CREATE TABLE core.more (one INTEGER)")
    with pytest.raises(UsageError, match="was changed since run"):
        sign(tiny_night, key)


def test_a_signed_file_that_is_changed_or_removed_is_a_finding(tiny_night: Place, key: Path) -> None:
    sign(tiny_night, key)
    folder = signed_folder(tiny_night.settings, run_id(tiny_night))
    page = folder / "reports" / "index.html"
    page.chmod(0o600)
    page.write_text("forged", "utf-8")
    assert [what for what in findings(tiny_night) if str(page) in what]
    shutil.rmtree(folder)
    assert any("is gone" in what for what in findings(tiny_night))


FORGERIES: dict[str, Callable[[dict[str, object]], None]] = {
    "another meaning": lambda line: line.update(meaning="approved"),
    "another name": lambda line: line.update(name="Wang Fang"),
    "other tables": lambda line: line.update(content_hash="0" * 64),
    "another moment": lambda line: line.update(at="2026-01-03T00:00:00Z"),
    "no signature": lambda line: line.pop("signature"),
    "noise": lambda line: line.update(signature="AAAA"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_signature_that_was_forged_is_a_finding_even_in_a_log_written_anew(
    tiny_night: Place, key: Path, forgery: str
) -> None:
    sign(tiny_night, key)
    rewrite_last_line(tiny_night, FORGERIES[forgery])
    assert any("the signature of" in what for what in findings(tiny_night))


def test_a_signature_under_a_key_that_nobody_registered_is_a_finding(tiny_night: Place, key: Path) -> None:
    stranger = Ed25519PrivateKey.generate()
    sign(tiny_night, key)

    def by_a_stranger(line: dict[str, object]) -> None:
        import base64
        from dataclasses import replace

        public = base64.b64encode(stranger.public_key().public_bytes_raw()).decode()
        (signed,) = signatures([line])
        line["public_key"] = public
        line["signature"] = base64.b64encode(stranger.sign(replace(signed, public_key=public).message())).decode()

    rewrite_last_line(tiny_night, by_a_stranger)
    assert any("was not registered for that name" in what for what in findings(tiny_night))


def rewrite_last_line(place: Place, change: Callable[[dict[str, object]], None]) -> None:
    """Change the last line of the log as somebody would who can write to all of the workspace."""
    log = RunLog.of(place.settings)
    *before, last = log.path.read_text("utf-8").splitlines()
    line = json.loads(last)
    change(line)
    line["hash"] = hash_line(line)
    log.path.write_text("\n".join([*before, json.dumps(line, ensure_ascii=False)]) + "\n", "utf-8")
    log.head_path.write_text(json.dumps({"seq": line["seq"], "hash": line["hash"]}), "utf-8")


def test_a_key_that_nobody_registered_signs_nothing(tiny_night: Place, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cartrove signer NAME --key FILE"):
        sign_night(tiny_night.settings, run_id(tiny_night), "reviewed", Ed25519PrivateKey.generate(), NOW)


def test_a_key_in_the_workspace_is_refused(tiny_night: Place) -> None:
    with pytest.raises(UsageError, match="lies in the workspace"):
        register_signer(tiny_night.settings, "Li Wei", tiny_night.workspace / "li.pem", PASSPHRASE)


def test_a_key_has_one_signer(tiny_night: Place, key: Path) -> None:
    with pytest.raises(UsageError, match="is the key of Li Wei"):
        register_signer(tiny_night.settings, "Wang Fang", key, PASSPHRASE)


def test_a_key_is_its_signers_alone_and_needs_the_passphrase(key: Path) -> None:
    assert key.stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="one of the two is wrong"):
        read_key(key, "another one")


def test_a_key_without_a_passphrase_is_refused(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pem"
    plain.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(UsageError, match="found one without"):
        read_key(plain, PASSPHRASE)


def test_markup_in_a_meaning_is_shown_as_text(tiny_night: Place, key: Path) -> None:
    sign(tiny_night, key, "<script>alert(1)</script> & {{as_of}}")
    assert "<script>alert" not in index(tiny_night)
    assert "&lt;script&gt;" in index(tiny_night)


def test_the_commands_register_sign_and_list(
    tiny_night: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CARTROVE_SIGNING_PASSPHRASE", PASSPHRASE)
    key = tmp_path / "mine" / "li.pem"
    for words in (
        ["signer", "Li Wei", "--key", str(key)],
        ["sign", run_id(tiny_night), "--meaning", "reviewed", "--key", str(key)],
        ["audit", "signatures"],
        ["audit", "verify"],
    ):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0
    told = capsys.readouterr().out
    assert "signed by Li Wei: reviewed" in told
    assert f"run {run_id(tiny_night)}" in told


def test_a_subject_withdrawn_is_in_no_signed_copy_and_the_signature_stays(tiny_night: Place, key: Path) -> None:
    study, subject = tiny_night.query("SELECT study_id, subject_id FROM core.subject ORDER BY ALL LIMIT 1").row(0)
    sign(tiny_night, key)
    folder = signed_folder(tiny_night.settings, run_id(tiny_night))
    done = withdraw_subject(tiny_night.settings, study, subject, "consent withdrawn")
    assert not folder.exists()
    assert folder.relative_to(tiny_night.workspace).as_posix() in done.removed
    assert [one.name for one in signatures(RunLog.of(tiny_night.settings).lines())] == ["Li Wei"]
    assert findings(tiny_night) == []


def test_no_passphrase_is_asked_for_where_there_is_no_key_or_no_terminal(
    tiny_night: Place, key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place, said in ((tmp_path / "none.pem", "file not found"), (key, "set CARTROVE_SIGNING_PASSPHRASE")):
        with pytest.raises(SystemExit) as end:
            main(["sign", run_id(tiny_night), "--meaning", "reviewed", "--key", str(place)])
        assert end.value.code == 2
        assert said in capsys.readouterr().err
