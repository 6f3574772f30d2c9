"""What a night makes of the one before it: damaged, of the future, put in place by half, its products damaged."""

from __future__ import annotations

import shutil

import duckdb
import pytest

import flows.night.last_night
from flows.night.publication import was_interrupted
from schemas.errors import DataRejected, RunFailed, UsageError
from tests.flows.conftest import OTHER_STUDY, Place
from tests.flows.sites.test_landing import without_the_rights_of_root
from tests.flows.tiny_night import STUDY, export_sum, write_export
from tests.warehouse.test_damaged import held_for_writing
from tests.warehouse.test_frame_store import flip_a_bit


@pytest.fixture
def night(two_tiny_nights: Place) -> Place:
    """Two studies of five subjects each, published."""
    return two_tiny_nights


def states(night: Place) -> dict[str, str]:
    return dict(night.query("SELECT study_id, state FROM meta.run_study").rows())


def test_a_damaged_night_is_put_aside_and_all_studies_are_published_anew(
    night: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    published = night.settings.published
    published.write_bytes(published.read_bytes()[: published.stat().st_size // 2])
    assert night.run(studies=[STUDY]) is None
    assert states(night) == {STUDY: "reused", OTHER_STUDY: "reused"}
    assert (
        "could not be read and is now cartrove.duckdb.damaged; all studies are published again"
        in capsys.readouterr().err
    )


def test_a_log_beside_the_published_night_changes_neither_it_nor_the_next(night: Place) -> None:
    log = night.settings.published.with_name("cartrove.duckdb.wal")
    log.write_bytes(b"left by somebody who wrote to the file")
    assert night.run() is None
    assert not log.exists()
    assert len(states(night)) == 2


def test_damaged_products_are_built_again(night: Place) -> None:
    for product in night.settings.products.glob("*/*/adam.adtte.parquet"):
        flip_a_bit(product)
    for staged in night.settings.staging.glob("*/*/rows.parquet"):
        flip_a_bit(staged)
    assert night.run(studies=[STUDY]) is None
    assert night.last_run()["studies"] == {STUDY: "built", OTHER_STUDY: "built"}


def test_a_clock_that_went_back_is_told_and_nothing_is_published(night: Place) -> None:
    published = night.settings.published
    with duckdb.connect(str(published)) as connection:
        connection.execute("UPDATE meta.run SET as_of = as_of + INTERVAL 400 DAY")
    before = published.read_bytes()
    failure = night.run()
    assert isinstance(failure, RunFailed)
    assert "set the clock and run again" in str(failure)
    assert published.read_bytes() == before


def test_a_publication_that_was_cut_off_is_done_again_though_nothing_has_changed(night: Place) -> None:
    published = night.settings.published
    published.with_name("cartrove.duckdb.publishing").touch()
    report = night.settings.reports / STUDY / "index.html"
    report.write_text("of the night that was cut off")
    assert night.run() is None
    assert report.read_text("utf-8").startswith("<!")
    assert not was_interrupted(published)


def test_exports_that_were_there_last_night_and_are_gone_fail_the_study_and_keep_its_tables(tiny_night: Place) -> None:
    landing = tiny_night.studies / STUDY / "landing"
    landing.rename(landing.with_name("unmounted"))
    failure = tiny_night.run()
    assert failure is not None
    assert (
        f"{landing / 's'}: could not be read (its exports of the last night are gone); see that the share is there"
        in str(failure)
    )
    assert states(tiny_night) == {STUDY: "carried over"}


def test_a_night_is_published_beside_a_program_that_holds_the_last_one_for_writing(
    tiny_night: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flows.night.last_night, "PATIENCE", 0)
    export = next((tiny_night.studies / STUDY / "landing").rglob("*.csv"))
    write_export(export, 7)
    with held_for_writing(tiny_night.settings.published) as pid:
        assert tiny_night.run() is None
        assert f"(PID {pid}); the night is read from a copy" in capsys.readouterr().err
    assert tiny_night.query("SELECT sha256 FROM meta.source_file").item() == export_sum(7)
    assert not list(tiny_night.settings.published.parent.glob("*.damaged"))


def test_a_report_and_a_list_that_were_deleted_are_there_again_though_nothing_has_changed(tiny_night: Place) -> None:
    for place in (tiny_night.settings.reports / STUDY / "index.html", tiny_night.settings.queries / STUDY / "s.csv"):
        before = place.read_bytes()
        place.unlink()
        assert tiny_night.run() is None
        assert place.read_bytes() == before


def test_no_night_is_published_without_a_study_that_failed_and_whose_tables_are_gone_from_the_workspace(
    night: Place,
) -> None:
    (night.studies / STUDY / "protocol.yaml").write_text("study_id: [")
    shutil.rmtree(night.settings.products)
    failure = night.run()
    assert failure is not None
    assert failure.exit_code == UsageError.exit_code
    assert "its tables of the last night are not in the workspace any more" in str(failure)
    assert states(night) == {STUDY: "built", OTHER_STUDY: "built"}
    assert night.last_run()["published"] is False


def test_where_the_published_file_is_gone_a_site_that_is_gone_is_known_from_the_record_of_the_last_night(
    tiny_night: Place,
) -> None:
    tiny_night.settings.published.unlink()
    landing = tiny_night.studies / STUDY / "landing"
    landing.rename(landing.with_name("unmounted"))
    failure = tiny_night.run()
    assert failure is not None
    assert "its exports of the last night are gone" in str(failure)
    assert states(tiny_night) == {STUDY: "carried over"}


def test_where_the_published_file_is_gone_a_study_without_its_folder_is_kept_as_it_was(night: Place) -> None:
    night.settings.published.unlink()
    (night.studies / STUDY).rename(night.studies.parent / "moved")
    assert night.run() is None
    assert states(night)[STUDY] == "kept"
    assert night.query("SELECT study_id, kind FROM meta.alarm WHERE kind = 'study gone'").rows() == [
        (STUDY, "study gone")
    ]


def test_a_file_that_is_closed_to_us_costs_its_export_and_not_the_night(tiny_night: Place) -> None:
    first = next((tiny_night.studies / STUDY / "landing").rglob("*.csv"))
    second = first.parent.with_name("2024-02-01") / first.name
    second.parent.mkdir()
    write_export(second, 7)
    second.chmod(0)
    with without_the_rights_of_root():
        failure = tiny_night.run(force=True)
    assert failure is not None
    assert failure.exit_code == DataRejected.exit_code
    assert tiny_night.last_run()["published"] is True
    assert tiny_night.query("SELECT kind FROM meta.alarm").rows() == [("rejected export",)]
