"""Rules that span records: a subject of whom nothing is asked, and for each rule the records that break it alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.transforms.crosschecks import adverse_events, infusions, measurements, outcomes, responses, subjects
from tests.transforms.crosschecks.one_subject import RELAPSED, TWO_INFUSIONS, asked
from tests.transforms.crosschecks.protocols import BREAKS_WITH_PROTOCOL
from tests.transforms.endpoints.tiny_study import DAY_0
from transforms.crosschecks import crosschecks

BREAKS = {
    **subjects.BREAKS,
    **infusions.BREAKS,
    **responses.BREAKS,
    **outcomes.BREAKS,
    **adverse_events.BREAKS,
    **measurements.BREAKS,
}


def test_nothing_is_asked_of_records_that_agree() -> None:
    assert asked() == set()
    assert asked(TWO_INFUSIONS) == set()
    assert asked(RELAPSED) == set()


@pytest.mark.parametrize("rule_id", BREAKS)
def test_what_breaks_a_rule_is_asked_and_nothing_else(rule_id: str) -> None:
    assert asked(BREAKS[rule_id]) == {rule_id}


@pytest.mark.parametrize("rule_id", BREAKS_WITH_PROTOCOL)
def test_what_breaks_a_rule_of_the_protocol_is_asked_and_nothing_else(rule_id: str) -> None:
    changes, protocol = BREAKS_WITH_PROTOCOL[rule_id]
    assert asked(changes, **protocol) == {rule_id}


@pytest.mark.parametrize("overt", [214, 240], ids=["within four weeks", "later"])
def test_residual_disease_that_becomes_an_overt_relapse_is_not_asked_about(overt: int) -> None:
    relapses = f"""
        relapse subject_id relapse_date detection cd19_status
        a 200 MRD positive
        a {overt} morphologic positive
    """
    assert asked(RELAPSED + relapses) == set()


@pytest.mark.parametrize("course", ["", TWO_INFUSIONS], ids=["of the only infusion", "of the second, between the two"])
def test_an_event_before_the_infusion_the_site_gives_it_to_is_asked_about(course: str) -> None:
    number, onset = (2, 60) if course else (1, -2)
    event = f"adverse_event subject_id infusion_number term start_date grade grading_scale\na {number} infection {onset} 3 CTCAE_5"
    assert "adverse_event.after_infusion" in asked(f"{course}\n\n{event}")


@pytest.mark.parametrize(("reason", "asks"), [("manufacturing_failure", False), (".", True)], ids=["told", "not told"])
def test_who_was_not_infused_is_asked_about_unless_the_site_says_why(reason: str, asks: bool) -> None:
    told = f"{subjects.BREAKS['subject.infused_or_explained']}\n\ndisposition subject_id disposition reason\na not_infused {reason}"
    assert ("subject.infused_or_explained" in asked(told)) == asks


def test_a_record_after_the_data_cut_is_asked_about() -> None:
    assert asked(data_cut=DAY_0 + timedelta(days=200)) == {"record.within_data_cut"}


def test_a_subject_not_heard_of_for_a_year_is_asked_about() -> None:
    assert asked(latest_extract=DAY_0 + timedelta(days=700)) == {"subject.still_followed"}


@pytest.mark.parametrize("other", ["t", "s"], ids=["at another site", "enrolled anew at the same site"])
def test_the_same_person_twice_is_asked_about(other: str) -> None:
    twice = f"""
        subject subject_id site_id enrollment_date age_years sex
        a s -10 30 female
        b {other} -10 30 female

        infusion subject_id site_id infusion_number infusion_date target
        a s 1 0 CD19
        b {other} 1 0 CD19

        response subject_id assessment_date response mrd_status
        a 28 CR negative
        b 28 CR negative

        lymphodepletion subject_id infusion_number regimen end_date
        a 1 FC -3
        b 1 FC -3
    """
    assert asked(twice) == {"subject.one_person_once"}


def test_a_dose_ten_times_that_of_the_others_is_asked_about() -> None:
    names = "abcdefghijk"
    doses = "\n".join(f"{name} 1 0 CD19 {5 if name != 'k' else 50}" for name in names)
    responses = "\n".join(f"{name} 28 CR negative" for name in names)
    depleted = "\n".join(f"{name} 1 FC -3" for name in names)
    tables = (
        f"infusion subject_id infusion_number infusion_date target dose_1e5_per_kg\n{doses}\n\n"
        f"response subject_id assessment_date response mrd_status\n{responses}\n\n"
        f"lymphodepletion subject_id infusion_number regimen end_date\n{depleted}\n\n"
        "subject subject_id enrollment_date\n" + "\n".join(f"{name} -10" for name in names)
    )
    assert asked(tables) == {"infusion.dose_like_others"}


ALONE = {"record.within_data_cut", "subject.still_followed", "subject.one_person_once", "infusion.dose_like_others"}


def test_every_rule_has_records_here_that_break_it() -> None:
    assert {*BREAKS, *BREAKS_WITH_PROTOCOL, *ALONE} == {check.rule.rule_id for check in crosschecks()}
    assert len(crosschecks()) >= 60


def test_a_chinese_site_is_asked_in_chinese() -> None:
    assert all("\u4e00" <= check.rule.remedy_zh[0] <= "\u9fff" for check in crosschecks())
