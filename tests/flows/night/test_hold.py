"""A publication that waits for a person: what a night keeps back, what decides, and what a decision is good for."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.history.audit import verify
from flows.history.clean import find_unused
from flows.history.holds import ASKED, DECIDED, HELD, Decision, last_hold, log_asked, waiting_holds
from flows.history.nights import list_nights
from flows.history.run_log import WITHDRAWN, RunLog
from flows.night.asked import Asked
from flows.night.release import Release, decide, find_hold
from flows.study.words import read_worded
from schemas.errors import PublicationHeld, UsageError
from schemas.protocol import Watch
from tests.flows.conftest import OTHER_STUDY, Place, SharedChecks, copy_place, make_once, use_place
from tests.flows.tiny_night import DELIVERY, SITE, STUDY, copy_study, write_tiny_study
from transforms.headline_news import held_headlines
from warehouse.frame_store import FrameStore

DEATHS = "SELECT study_id, count(*) FROM core.death WHERE valid_to IS NULL GROUP BY ALL ORDER BY ALL"
BEFORE, AFTER = 2, 3
WATCH = {"points": 5, "hold": True}
WHO = Asked("command line (test)")


def deliver(studies: Path, study_id: str, day: str, *deaths: str) -> None:
    """An export in which the subjects of these lines have died on 1 November 2021."""
    landing = studies / study_id / "landing" / SITE
    text = (landing / DELIVERY.isoformat() / "export.csv").read_text("utf-8")
    for alive in deaths:
        assert alive in text
        text = text.replace(alive, ",,2021-11-01")
    (landing / day).mkdir()
    (landing / day / "export.csv").write_text(text, "utf-8")


SECOND, FIFTH = ",2022-02-01,", ",2022-03-01,"


@pytest.fixture(scope="session")
def held_night(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies are published; in both a death is told, which takes survival at one year from 60% to 40%. One of them is held."""

    def make(folder: Path) -> None:
        write_tiny_study(folder / "studies")
        protocol = folder / "studies" / STUDY / "protocol.yaml"
        said = yaml.safe_load(protocol.read_text("utf-8")) | {"outcomes": {"primary": ["os"], "at_months": 12}}
        protocol.write_text(yaml.safe_dump(said, sort_keys=False), "utf-8")
        copy_study(folder / "studies", OTHER_STUDY)
        protocol.write_text(yaml.safe_dump(said | {"watch": WATCH}, sort_keys=False), "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            place = use_place(folder, patch)
            assert place.run() is None
            for study_id in (STUDY, OTHER_STUDY):
                deliver(place.studies, study_id, "2024-02-01", SECOND)
            failure = place.run()
            assert failure is not None
            (folder / "said.txt").write_text(f"{failure.exit_code} {failure}", "utf-8")

    return make_once(tmp_path_factory, "held_night", make)


@pytest.fixture
def held(held_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    return copy_place(held_night, tmp_path, monkeypatch)


def answered(place: Place, answer: Any, reason: str = "looked at the source") -> Release:
    decision = Decision(answer, "Ann", reason, "command line")
    release = decide(place.settings, find_hold(place.settings, STUDY), decision, WHO, SharedChecks)  # type: ignore[arg-type]
    assert release.failure is None, release.failure
    return release


def states(place: Place) -> dict[str, str]:
    return dict(place.query("SELECT study_id, state FROM meta.run_study").rows())


def holds(place: Place, *columns: str) -> list[tuple[Any, ...]]:
    return place.query(f"SELECT {', '.join(columns)} FROM meta.publication_hold ORDER BY held_at, position").rows()


def events(place: Place) -> list[str]:
    return [line["event"] for line in RunLog.of(place.settings).lines()]


def test_the_held_study_stays_as_published_and_the_other_is_published(held: Place) -> None:
    assert states(held) == {STUDY: "held", OTHER_STUDY: "built"}
    assert dict(held.query(DEATHS).rows()) == {STUDY: BEFORE, OTHER_STUDY: AFTER}


def test_the_run_says_what_moved_and_how_to_decide_and_ends_with_its_own_code(held_night: Path) -> None:
    said = (held_night / "said.txt").read_text("utf-8")
    assert said.startswith(f"{PublicationHeld.exit_code} 1 of 2 studies waits for a person.")
    assert "60.0% to 40.0% (−20.0 points, worse)" in said
    assert f"cartrove publish {STUDY} --reason TEXT --by NAME" in said


def test_what_waits_is_in_a_table_and_an_alarm(held: Place) -> None:
    (row,) = holds(
        held, "study_id", "status", "analysis_id", "statistic", "time_months", "published", "estimate", "change"
    )
    assert row[:5] == (STUDY, "waiting", "os", "survival", 12.0)
    assert row[5:] == (pytest.approx(0.6), pytest.approx(0.4), "worse")
    kinds = held.query("SELECT study_id, kind FROM meta.alarm WHERE kind = 'publication held'").rows()
    assert kinds == [(STUDY, "publication held")]


def test_the_run_log_names_the_headline_and_no_subject(held: Place) -> None:
    (line,) = [line for line in RunLog.of(held.settings).lines() if line["event"] == HELD]
    assert [headline["analysis_id"] for headline in line["headlines"]] == ["os"]
    assert "2021-11-01" not in str(line)


def test_published_by_a_person_it_is_what_waited_though_a_later_export_has_come(held: Place) -> None:
    deliver(held.studies, STUDY, "2024-02-02", SECOND, FIFTH)
    candidate = find_hold(held.settings, STUDY).candidate
    answered(held, "publish")
    assert states(held) == {STUDY: "released", OTHER_STUDY: "kept"}
    assert dict(held.query(DEATHS).rows())[STUDY] == AFTER
    assert held.query(f"SELECT build_key FROM meta.study WHERE study_id = '{STUDY}'").item() == candidate
    kept = list_nights(held.settings)[-1].studies[STUDY]
    assert not any(place.startswith(f"{SITE}/2024-02-02") for place in kept.landing_files)
    assert verify(held.settings).findings == []


def test_who_decided_when_and_why_is_in_the_run_log_and_the_table(held: Place) -> None:
    answered(held, "publish", reason="the death is confirmed")
    (line,) = [line for line in RunLog.of(held.settings).lines() if line["event"] == DECIDED]
    assert (line["decision"], line["decided_by"], line["reason"]) == ("publish", "Ann", "the death is confirmed")
    (row,) = holds(held, "status", "decision", "decided_by", "decided_in", "reason", "decided_at IS NOT NULL")
    assert row == ("published", "publish", "Ann", "command line", "the death is confirmed", True)
    assert "publication held" not in held.query("SELECT kind FROM meta.alarm").to_series().to_list()


def test_after_publication_nothing_is_asked_again(held: Place) -> None:
    answered(held, "publish")
    assert held.run() is None
    assert held.last_run()["published"] is False
    assert events(held).count(HELD) == 1


def test_what_was_refused_is_not_asked_about_again_while_it_is_the_same(held: Place) -> None:
    answered(held, "keep", reason="")
    assert states(held)[STUDY] == "refused"
    assert dict(held.query(DEATHS).rows())[STUDY] == BEFORE
    assert held.run() is None
    assert events(held).count(HELD) == 1
    assert holds(held, "status") == [("kept",)]


def test_what_was_refused_can_still_be_published(held: Place) -> None:
    answered(held, "keep")
    answered(held, "publish")
    assert dict(held.query(DEATHS).rows())[STUDY] == AFTER


def test_data_that_changed_since_are_held_anew_and_the_old_question_is_of_the_past(held: Place) -> None:
    old = find_hold(held.settings, STUDY)
    answered(held, "keep")
    deliver(held.studies, STUDY, "2024-02-02", SECOND, FIFTH)
    assert isinstance(held.run(), PublicationHeld)
    # With the fifth subject's death nobody is followed for twelve months any more.
    told = holds(held, "status", "estimate", "change")
    assert told == [("kept", pytest.approx(0.4), "worse"), ("waiting", None, "gone")]
    with pytest.raises(UsageError, match="other tables wait by now"):
        decide(held.settings, old, Decision("publish", "Ann", "late", "form"), WHO, SharedChecks)  # type: ignore[arg-type]
    assert dict(held.query(DEATHS).rows())[STUDY] == BEFORE


def test_while_nobody_decides_every_night_says_so_and_asks_once(held: Place) -> None:
    assert isinstance(held.run(), PublicationHeld)
    assert events(held).count(HELD) == 1
    assert [hold.study_id for hold in waiting_holds(held.settings)] == [STUDY]


def test_a_form_left_unanswered_keeps_what_is_published(held: Place) -> None:
    past = datetime.now(UTC) - timedelta(minutes=1)
    log_asked(held.settings, "", find_hold(held.settings, STUDY), past, "a run")
    assert held.run() is None
    assert holds(held, "status", "decided_in", "decided_by") == [("kept", "unanswered", "")]
    assert states(held)[STUDY] == "refused"
    assert ASKED in events(held)


def test_a_withdrawn_subject_is_taken_out_whatever_moves(held: Place) -> None:
    RunLog.of(held.settings).append(WITHDRAWN, "", {"study": STUDY, "site": SITE, "subject_hash": "0" * 64})
    assert held.run() is None
    assert dict(held.query(DEATHS).rows())[STUDY] == AFTER
    assert holds(held, "status") == [("superseded",)]


def test_tables_that_hold_a_subject_withdrawn_since_can_no_longer_be_published(held: Place) -> None:
    RunLog.of(held.settings).append(WITHDRAWN, "", {"study": STUDY, "site": SITE, "subject_hash": "0" * 64})
    with pytest.raises(UsageError, match="no publication of it waits"):
        find_hold(held.settings, STUDY)


def test_what_waits_is_not_cleaned_away(held: Place) -> None:
    candidate = find_hold(held.settings, STUDY).candidate
    folder = FrameStore(held.settings.products).folder(candidate)
    unused = find_unused(held.settings, timedelta(0), datetime.now(UTC) + timedelta(days=1), snapshots=False)
    assert folder not in [each.path for each in unused]


def test_without_the_tables_that_waited_nothing_is_decided(held: Place) -> None:
    hold = find_hold(held.settings, STUDY)
    shutil.rmtree(FrameStore(held.settings.products).folder(hold.candidate))
    with pytest.raises(UsageError, match="no longer in the workspace"):
        answered(held, "publish")
    assert last_hold(RunLog.of(held.settings).lines(), STUDY) == hold


def test_of_a_study_that_is_not_held_nothing_can_be_decided(held: Place) -> None:
    with pytest.raises(UsageError, match="no publication of it waits"):
        find_hold(held.settings, OTHER_STUDY)
    answered(held, "publish")
    with pytest.raises(UsageError, match="published already, as Ann decided"):
        find_hold(held.settings, STUDY)


def test_below_the_smallest_count_it_is_said_that_a_headline_moved_and_not_from_what(held: Place) -> None:
    product = FrameStore(held.settings.products).folder(find_hold(held.settings, STUDY).candidate)
    last = held.query("FROM results.analysis_en").filter(study_id=STUDY)
    (row,) = held_headlines(last, read_worded(product), Watch(points=5, hold=True), smallest_count=4).to_dicts()
    assert (row["shown"], row["last_night"], row["estimate"], row["difference"]) == (False, None, None, None)


def test_a_snapshot_is_nobodys_to_hold(held: Place) -> None:
    assert held.run(studies=[STUDY], as_of=datetime.now(UTC).date()) is None
