"""Pulling a REDCap project over HTTP from a server on this machine that answers as REDCap's API does."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
import yaml
from pydantic import SecretStr, ValidationError

from flows.settings import REPOSITORY, Settings
from flows.sites.pull import pull_site
from schemas.errors import RunFailed, UsageError
from schemas.mapping import RedcapProject

STUDY, SITE = "ash2023_second_cart", "hospital_a"
TOKEN = "0123456789ABCDEF" * 2
DAY = date(2024, 1, 1)
RECORDS = next((REPOSITORY / "studies" / STUDY / "landing").rglob("*.csv")).read_text("utf-8")
DICTIONARY = "field_name,form_name\nrecord_id,form_1\n"


class Redcap(BaseHTTPRequestHandler):
    """Answers exports of records and metadata to the one who has the token, as REDCap's documentation says."""

    asked: ClassVar[list[dict[str, str]]] = []
    records: ClassVar[str] = RECORDS

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        self.asked.append(asked)
        allowed = asked["token"] == TOKEN
        as_json = '[{"field_name": "record_id", "form_name": "form_1"}]'
        metadata = as_json if asked.get("format") == "json" else DICTIONARY
        text = {"record": self.records, "metadata": metadata}.get(asked["content"], "14.0.0")
        content = (text if allowed else '{"error":"You do not have permissions to use the API"}').encode()
        self.send_response(200 if allowed else 403)
        self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def redcap() -> Iterator[str]:
    Redcap.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Redcap)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api/"
    server.shutdown()
    server.server_close()


def place(root: Path, url: str, token: str = TOKEN) -> Settings:
    """A copy of the study whose site has its REDCap at `url`."""
    shutil.copytree(REPOSITORY / "studies" / STUDY, root / "studies" / STUDY)
    path = root / "studies" / STUDY / "sites" / f"{SITE}.yaml"
    mapping = yaml.safe_load(path.read_text("utf-8"))
    mapping["redcap"] = {"url": url, "file": "P_DATA_1.csv"}
    mapping["files"][0]["dictionary"] = "redcap_dictionary.csv"
    path.write_text(yaml.safe_dump(mapping), "utf-8")
    tokens = {f"{STUDY}/{SITE}": SecretStr(token)}
    return Settings(studies=root / "studies", workspace=root / "var", redcap_tokens=tokens)


def test_records_and_dictionary_land_as_if_the_site_had_sent_them(tmp_path: Path, redcap: str) -> None:
    settings = place(tmp_path, redcap)
    pulled = pull_site(settings, STUDY, SITE, DAY)
    assert pulled.folder == settings.studies / STUDY / "landing" / SITE / "2024-01-01"
    assert (pulled.folder / "P_DATA_1.csv").read_text("utf-8") == RECORDS
    assert (pulled.folder / "redcap_dictionary.csv").read_text("utf-8") == DICTIONARY
    assert {asked["content"] for asked in Redcap.asked} >= {"record", "metadata"}
    (records,) = [asked for asked in Redcap.asked if asked["content"] == "record"]
    assert records["exportBlankForGrayFormStatus"] == "True"
    assert records["rawOrLabel"] == "raw"


def test_a_note_of_several_lines_is_one_record(tmp_path: Path, redcap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Redcap, "records", 'record_id,note\n1,"fever,\nthen none"\n2,\n')
    assert pull_site(place(tmp_path, redcap), STUDY, SITE, DAY).records == 2


def test_what_landed_before_is_never_changed(tmp_path: Path, redcap: str) -> None:
    settings = place(tmp_path, redcap)
    pull_site(settings, STUDY, SITE, DAY)
    with pytest.raises(UsageError, match="is there already"):
        pull_site(settings, STUDY, SITE, DAY)


@pytest.mark.parametrize("fault", ["token", "server"])
def test_a_refusal_writes_nothing_and_quotes_no_token(tmp_path: Path, redcap: str, fault: str) -> None:
    wrong = TOKEN[::-1] if fault == "token" else TOKEN
    settings = place(tmp_path, redcap if fault == "token" else "http://127.0.0.1:9/api/", wrong)
    with pytest.raises(RunFailed) as error:
        pull_site(settings, STUDY, SITE, DAY)
    assert "nothing was written" in str(error.value)
    assert wrong not in str(error.value)
    assert not (settings.studies / STUDY / "landing" / SITE / "2024-01-01").exists()


def test_a_site_without_project_or_token_is_told_what_to_set(tmp_path: Path, redcap: str) -> None:
    settings = place(tmp_path, redcap).model_copy(update={"redcap_tokens": {}})
    with pytest.raises(UsageError, match="set CARTROVE_REDCAP_TOKENS"):
        pull_site(settings, STUDY, SITE, DAY)


@pytest.mark.parametrize("name", ["../other.csv", "/etc/passwd", "a\\b.csv", ".hidden", ""])
def test_a_name_that_leaves_the_days_folder_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        RedcapProject(url="https://redcap.example/api/", file=name)
