"""`cartrove dmc`: one locked pack from one night, whose open report tells no group apart and whose formats hold the same rows."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import docx
import polars as pl
import pytest
import yaml

from flows.command import main
from flows.history.audit import verify
from flows.history.packs import MANIFEST, pack_signatures, sign_pack
from flows.history.run_log import RunLog
from flows.history.signers import read_key, register_signer
from flows.pack.make import MadePack, make_pack
from flows.pack.source import make_snapshot
from schemas.errors import UsageError
from tests.flows.conftest import Place, make_once, use_place
from tests.flows.history.conftest import PASSPHRASE
from tests.flows.tiny_night import DELIVERY, FEEDS, SITE, STUDY, write_tiny_study
from transforms.exports.spreadsheet_cells import escape_formula
from transforms.reports.printed_tables import tables_of

ARMS = ("tandemcel", "solocel")
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HEADER = "id,enrolled,age,infused,dose,assessed,response,relapsed,alive,died,status"


def export(*, deaths: int = 3) -> str:
    """Twelve subjects in turn of either arm; so many of the first have died."""
    lines = [HEADER]
    for n in range(1, 13):
        status = "MRD positive" if n % 2 else "hematologic relapse"
        alive, died = ("", f"2021-{5 + n % 6:02}-01") if n <= deaths else (f"2022-0{1 + n % 5}-20", "")
        lines.append(
            f"P{n:02},2021-01-{n:02},3{n % 10},2021-01-{n + 10},{n},2021-02-{n + 10},{'CR' if n % 3 else 'NR'},,{alive},{died},{status}"
        )
    return "\n".join([*lines, ""])


def write_study(studies: Path, *, outcomes: str = "masked", **more: Any) -> None:
    """The tiny study with two arms, which an interim test compares."""
    write_tiny_study(studies)
    folder = studies / STUDY
    (folder / "landing" / SITE / DELIVERY.isoformat() / "export.csv").write_text(export())
    mapping = yaml.safe_load((folder / "sites" / f"{SITE}.yaml").read_text())
    feeds = json.loads(json.dumps(FEEDS))
    feeds[0]["columns"]["disease_status"] = "status"
    mapping["files"][0]["sheets"][0]["feeds"] = feeds
    (folder / "sites" / f"{SITE}.yaml").write_text(yaml.safe_dump(mapping))
    protocol = yaml.safe_load((folder / "protocol.yaml").read_text())
    protocol["risk_factors"] = {
        "arm": {
            "label": "Product",
            "source": "subject.disease_status",
            "levels": {ARMS[0]: ["MRD positive"], ARMS[1]: ["hematologic relapse"]},
        },
    }
    protocol["endpoints"]["os"]["groups"] = ["arm"]
    protocol["endpoints"]["os"]["landmarks_months"] = [6]
    protocol["response"][0]["groups"] = ["arm"]
    protocol["baseline"] = ["arm"]
    protocol["outcomes"] = {"primary": ["os"], "secondary": ["response.i1"]}
    groups = {"factor": "arm", "treated": ARMS[0], "control": ARMS[1]}
    protocol["interim"] = {
        "survival": {
            "label": "Overall survival by product",
            "endpoint": "os",
            "groups": groups,
            "planned": 6,
            "looks": [0.5, 1],
            "hazard_ratio": 0.5,
        }
    }
    protocol["committee"] = {"outcomes": outcomes}
    (folder / "protocol.yaml").write_text(yaml.safe_dump({**protocol, **more}, sort_keys=False))


@pytest.fixture
def two_arms(
    prefect_server: None, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """A copy of a published night of the study with two arms."""

    def make(root: Path) -> None:
        write_study(root / "studies")
        assert use_place(root, monkeypatch).run() is None

    shutil.copytree(make_once(tmp_path_factory, "two_arms", make), tmp_path, dirs_exist_ok=True, symlinks=True)
    return use_place(tmp_path, monkeypatch)


def pack(place: Place, **asked: Any) -> MadePack:
    given: dict[str, Any] = {"cut": None, "since": None, **asked}
    return make_pack(place.settings, STUDY, given.pop("cut"), given.pop("since"), Random(1), **given)


def text_of_pdf(path: Path) -> str:
    """What a PDF says, by Debian's poppler-utils."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file of a report as the text that is in it."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                yield from (
                    (f"{name} {part}", re.sub(r"<[^>]+>", "", text) + text)
                    for part in parts.namelist()
                    if part.endswith((".xml", ".rels"))
                    for text in [parts.read(part).decode()]
                )
        elif path.suffix == ".pdf":
            yield (
                name,
                text_of_pdf(path),
            )
        elif path.suffix == ".parquet":
            yield name, pl.read_parquet(path).write_csv()
        elif path.suffix != ".png":
            yield name, path.read_text("utf-8")


def test_no_name_of_a_group_stands_anywhere_in_the_open_report(two_arms: Place) -> None:
    made = pack(two_arms)
    opened, closed = (dict(texts(made.folder / kind)) for kind in ("open", "closed"))
    assert {Path(name.split()[0]).suffix for name in opened} == {".html", ".docx", ".pdf", ".csv", ".parquet", ".svg"}
    assert {name for name, text in opened.items() if any(arm in text.casefold() for arm in ARMS)} == set()
    # The same search finds them in every format of the closed one.
    for name in ("report.html", "report.docx word/document.xml", "report.pdf", "results.parquet"):
        assert all(arm in closed[name] for arm in ARMS), name
    # Each of its numbers leads to its cells; in the open one an id would tell of a group.
    assert "cartrove trace R" in closed["report.html"] and "cartrove trace" not in opened["report.html"]
    assert not any(arm in (made.folder / MANIFEST).read_text() for arm in ARMS)


def test_groups_have_letters_and_no_comparison_in_the_open_report(two_arms: Place) -> None:
    made = pack(two_arms)
    rows = pl.read_parquet(made.folder / "open" / "results.parquet")
    assert set(rows.filter(factor="arm")["level"]) == {"Group A", "Group B"}
    assert rows.filter(pl.col("factor") == "arm", pl.col("result_id").is_not_null()).is_empty()
    assert rows.filter(pl.col("p_value").is_not_null()).is_empty()
    assert rows.filter(statistic="interim_z")["estimate"].drop_nulls().is_empty()
    assert not set(rows["statistic"]) & {
        "logrank",
        "gray",
        "comparison",
        "hazard_ratio",
        "conditional_power",
        "interim_crossed",
    }


def test_letters_stand_for_the_groups_the_closed_report_says(two_arms: Place) -> None:
    made = pack(two_arms)
    masks = next(
        table for table in tables_of((made.folder / "closed" / "report.html").read_text()) if "Masks" in table.title
    )
    meant = {letter: arm for _, letter, arm in masks.rows[1:]}
    opened, closed = (pl.read_parquet(made.folder / kind / "results.parquet") for kind in ("open", "closed"))
    for letter, arm in meant.items():
        of = [
            frame.filter(analysis_id="os", statistic="events", factor="arm", level=level)["estimate"].item()
            for frame, level in ((opened, letter), (closed, arm))
        ]
        assert of[0] == of[1]


def csv_rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


@pytest.mark.parametrize("kind", ["open", "closed"])
def test_html_docx_and_csv_hold_the_same_cells(two_arms: Place, kind: str) -> None:
    folder = pack(two_arms).folder / kind
    page = [table.rows for table in tables_of((folder / "report.html").read_text("utf-8"))][1:]
    written = [csv_rows(path) for path in sorted((folder / "tables").glob("table_*.csv"))]
    word = docx.Document(str(folder / "report.docx"))
    # The first table of either is that of facts.
    in_word = [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables][1:]
    assert len(page) == len(written) == len(in_word) > 5

    def row_of(cells: list[str], columns: int) -> list[str]:
        # A heading within a table stands across it: Word repeats its text in each merged cell.
        across = len(set(cells)) == 1 and columns > 1
        shown = [" ".join(cell.split()) for cell in cells]
        return [shown[0], *[""] * (columns - 1)] if across else [*shown, *[""] * (columns - len(shown))]

    for one, two, three in zip(page, written, in_word, strict=True):
        columns = len(two[0])
        expected = [row_of([str(escape_formula(cell)) for cell in row], columns) for row in one]
        assert expected == [row_of(row, columns) for row in two]
        assert expected == [row_of([str(escape_formula(cell)) for cell in row], columns) for row in three]


def test_a_second_call_says_that_it_stands_and_again_makes_the_next(two_arms: Place) -> None:
    first, second = pack(two_arms), pack(two_arms)
    assert (first.stands, second.stands, first.sha256) == (False, True, second.sha256)
    third = pack(two_arms, again=True)
    assert third.pack == f"{first.pack}-2"
    assert verify(two_arms.settings).findings == []


def test_the_same_night_gives_the_same_bytes(two_arms: Place) -> None:
    settings = two_arms.settings
    first = pack(two_arms)
    log = RunLog.of(settings)
    shutil.rmtree(settings.packs / STUDY / first.folder.name)
    # As if it had never been made: without its line, which is the last.
    log.path.write_text("".join(log.path.read_text().splitlines(keepends=True)[:-1]))
    assert pack(two_arms).sha256 == first.sha256


def test_the_hash_is_in_the_run_log_and_a_changed_byte_is_a_finding(two_arms: Place) -> None:
    made = pack(two_arms)
    line = two_arms.last_run()
    assert (line["event"], line["sha256"]) == ("pack", made.sha256)
    assert verify(two_arms.settings).findings == []
    page = made.folder / "open" / "report.html"
    page.chmod(0o600)
    page.write_bytes(page.read_bytes().replace(b"Group A", b"Group B", 1))
    (found,) = verify(two_arms.settings).findings
    assert str(page) in found and "was changed" in found


def test_a_file_put_into_a_pack_or_gone_from_it_is_a_finding(two_arms: Place) -> None:
    made = pack(two_arms)
    (made.folder / "open" / "more.csv").write_text("1")
    (made.folder / "closed" / "report.pdf").unlink()
    found = verify(two_arms.settings).findings
    assert len(found) == 2
    assert any("was put into the pack" in what for what in found) and any("is gone" in what for what in found)


def test_a_pack_is_for_its_owner_alone_and_written_by_nobody(two_arms: Place) -> None:
    made = pack(two_arms)
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.folder.rglob("*") if path.is_file()} == {0o400}


def test_a_pack_is_signed_by_the_hash_of_its_manifest(two_arms: Place, tmp_path: Path) -> None:
    key = tmp_path / "mine" / "li.pem"
    register_signer(two_arms.settings, "Li Wei", key, PASSPHRASE)
    made = pack(two_arms)
    sign_pack(two_arms.settings, made.pack, "released for the committee", read_key(key, PASSPHRASE), NOW)
    (signed,) = pack_signatures(RunLog.of(two_arms.settings).lines())
    assert (signed.sha256, signed.name) == (made.sha256, "Li Wei")
    assert verify(two_arms.settings).findings == []
    (made.folder / "open" / "report.pdf").chmod(0o600)
    (made.folder / "open" / "report.pdf").write_bytes(b"forged")
    with pytest.raises(UsageError, match="was changed since the pack was made"):
        sign_pack(two_arms.settings, made.pack, "again", read_key(key, PASSPHRASE), NOW)


def test_a_later_pack_says_what_moved_and_by_which_records(two_arms: Place) -> None:
    first = pack(two_arms)
    later = two_arms.studies / STUDY / "landing" / SITE / "2024-02-01"
    later.mkdir()
    (later / "export.csv").write_text(export(deaths=4))
    assert two_arms.run(as_of=None) is None
    second = pack(two_arms, again=True)
    assert json.loads((second.folder / MANIFEST).read_text())["since"] == {"pack": first.pack, "sha256": first.sha256}
    tables = {table.title: table.rows for table in tables_of((second.folder / "closed" / "report.html").read_text())}
    moved = next(rows for title, rows in tables.items() if "Figures that moved" in title)
    assert ["Overall survival, events", "infused", "3", "4"] in moved
    records = next(rows for title, rows in tables.items() if "Records that came" in title)
    assert [row for row in records if row[1] == "death"] == [["s", "death", "1", "0", "0"]]


def test_a_cut_makes_a_pack_of_a_snapshot_of_the_same_night(two_arms: Place) -> None:
    cut = date(2021, 7, 15)
    with pytest.raises(UsageError, match="no snapshot"):
        pack(two_arms, cut=cut)
    make_snapshot(two_arms.settings, STUDY, cut)
    made = pack(two_arms, cut=cut)
    stated = json.loads((made.folder / MANIFEST).read_text())
    assert made.pack.endswith("-2021-07-15") and stated["data_cut"] == "2021-07-15"
    rows = pl.read_parquet(made.folder / "closed" / "results.parquet")
    assert rows.filter(analysis_id="os", statistic="events", factor="")["estimate"].item() == 2


def test_a_snapshot_of_other_exports_is_not_taken_for_the_night(two_arms: Place) -> None:
    cut = date(2021, 7, 15)
    make_snapshot(two_arms.settings, STUDY, cut)
    landing = two_arms.studies / STUDY / "landing" / SITE / DELIVERY.isoformat() / "export.csv"
    landing.write_text(export().replace(",NR,", ",CR,", 1))
    assert two_arms.run() is None
    with pytest.raises(UsageError, match="rests on other exports"):
        pack(two_arms, cut=cut)


def test_a_pack_after_a_failed_night_says_which_night_it_shows(two_arms: Place) -> None:
    protocol = two_arms.studies / STUDY / "protocol.yaml"
    shown = two_arms.query("SELECT run_id FROM meta.run").item()
    protocol.write_text(protocol.read_text().replace("population: infused", "population: nobody", 1))
    assert two_arms.run() is not None
    made = pack(two_arms)
    page = (made.folder / "open" / "report.html").read_text()
    assert shown in page
    assert "A later run" in page or "the tables are of an earlier night" in page


def test_groups_whose_sizes_tell_them_apart_are_pooled(two_arms: Place) -> None:
    export_of = two_arms.studies / STUDY / "landing" / SITE / DELIVERY.isoformat() / "export.csv"
    export_of.write_text(export().replace("hematologic relapse", "MRD positive", 2))
    assert two_arms.run() is None
    made = pack(two_arms)
    assert pl.read_parquet(made.folder / "open" / "results.parquet").filter(factor="arm").is_empty()
    assert "Product: all groups together" in (made.folder / "open" / "report.html").read_text()


def test_a_name_that_a_label_gives_away_is_refused(two_arms: Place) -> None:
    protocol = two_arms.studies / STUDY / "protocol.yaml"
    protocol.write_text(
        protocol.read_text().replace("label: Overall survival by product", f"label: Survival of {ARMS[0]}")
    )
    assert two_arms.run() is None
    with pytest.raises(UsageError, match=f"masked name '{ARMS[0]}'"):
        pack(two_arms)


def test_where_small_counts_are_suppressed_there_is_no_pack(two_arms: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_SMALLEST_COUNT", "5")
    with pytest.raises(UsageError, match="SMALLEST_COUNT"):
        pack(two_arms)


def test_the_command_makes_it_and_copies_the_open_report_alone(
    two_arms: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dmc", STUDY, "--out", str(tmp_path / "copy"), "--part", "open"])
    assert ended.value.code == 0
    assert "is made and locked" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"open", MANIFEST}


def test_the_test_of_a_look_is_exported_and_traced_like_any_result(two_arms: Place, tmp_path: Path) -> None:
    from flows.export.ars import export_ars

    export_ars(two_arms.settings, two_arms.settings.published, STUDY, tmp_path / "ars")
    assert "interim" in (tmp_path / "ars" / "reporting_event.json").read_text()
    look = two_arms.query(
        "SELECT b.* FROM results.analysis AS a JOIN results.basis AS b USING (study_id, basis_id) WHERE a.statistic = 'interim_z' AND a.measure = '1' AND b.role = 'event'"
    )
    assert look.height == 3


def test_a_pack_in_chinese_has_chinese_letters_for_its_groups(two_arms: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARTROVE_LANGUAGE", "zh")
    folder = pack(two_arms).folder / "open"
    assert "A 组" in (folder / "report.html").read_text("utf-8")
    assert "数据监查委员会公开报告" in text_of_pdf(folder / "report.pdf")
