"""Supportive care by period: every boundary as records a clinician can read, and the SQL against plain Python."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol.care import GIVEN_ONCE, KINDS, STAYS, SupportiveCare
from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}, {"number": 2, "targets": ["CD19"], "label": "CD19"}]
PERIOD = (10, 30)
ASKED: dict[str, Any] = {
    "periods": [PERIOD], "treatments": ["tocilizumab", "corticosteroid", "vasopressor", "mechanical ventilation"],
}  # fmt: skip
HEADER = "infusion subject_id infusion_number infusion_date target\n"
TREATED = "\ntreatment subject_id treatment infusion_number start_date end_date\n"
SEEN = "\nfollow_up subject_id contact_date\n"
# Each case is a subject of its own, in one study: treatment, infusion, first and last day; what becomes of it on days 10 to 30.
CASES: dict[str, tuple[str, str, str | None]] = {
    "on the first day of the period": ("tocilizumab . 10 .", "given", None),
    "on the last day": ("tocilizumab . 30 .", "given", None),
    "the day before": ("tocilizumab . 9 .", "none on record", None),
    "the day after": ("tocilizumab . 31 .", "none on record", None),
    "begun before and gone on into it": ("corticosteroid . 5 10", "given", None),
    "ended the day before": ("corticosteroid . 5 9", "none on record", None),
    "begun before without a last day": ("corticosteroid . 5 .", "unknown", "undated"),
    "a dose without a last day is of its first": ("tocilizumab . 5 .", "none on record", None),
    "begun within it, without a last day": ("corticosteroid . 15 .", "given", None),
    "on an unknown day": ("tocilizumab . . .", "unknown", "undated"),
    "on an unknown day, ended before": ("corticosteroid . . 9", "none on record", None),
    "on an unknown day, ended within": ("corticosteroid . . 12", "unknown", "undated"),
    "its day decides, whatever infusion the site names": ("tocilizumab 2 15 .", "given", None),
    "without a day, of the other infusion as the site says": ("tocilizumab 2 . .", "none on record", None),
    "without a day, of this one": ("tocilizumab 1 . .", "unknown", "undated"),
    "another treatment": ("anakinra . 15 .", "none on record", None),
    "a treatment nobody can name": (". . 15 .", "unknown", "unnamed"),
    "a treatment nobody can name, before": (". . -5 9", "none on record", None),
}
SUPPORT = {"tocilizumab", "corticosteroid"}


def derived(text: str, **asked: Any) -> pl.DataFrame:
    with build_tiny_study(text, infusions=INFUSIONS, supportive_care={**ASKED, **asked}) as built:
        return frame_of(built, "FROM adam.adcare WHERE infusion_number = 1")


def told(text: str, kind: str, subject: str = "a", **asked: Any) -> tuple[Any, ...]:
    """State and why of a subject."""
    (row,) = derived(text, **asked).filter(treatment=kind, subject_id=subject).to_dicts()
    return row["state"], row["statecd"]


@pytest.fixture(scope="module")
def cases() -> pl.DataFrame:
    numbers = range(len(CASES))
    return derived(
        HEADER
        + "".join(f"{n} 1 0 CD19\n" for n in numbers)
        + TREATED
        + "".join(f"{n} {record}\n" for n, (record, *_) in enumerate(CASES.values()))
        + SEEN
        + "".join(f"{n} 200\n" for n in numbers)
    )


@pytest.mark.parametrize("name", CASES)
def test_a_record_and_the_days_10_to_30(name: str, cases: pl.DataFrame) -> None:
    record, state, why = CASES[name]
    kind = record.split()[0]
    row = cases.filter(
        subject_id=str(list(CASES).index(name)), treatment=kind if kind in SUPPORT else "tocilizumab"
    ).row(0, named=True)
    assert (row["state"], row["statecd"]) == (state, why)


def study(*, seen: int | None = 200, treated: str = "", other: str = "") -> str:
    """One subject, infused on day 0."""
    followed = SEEN + f"a {seen}\n" if seen is not None else ""
    return HEADER + "a 1 0 CD19\n" + (TREATED + treated if treated else "") + followed + other


def test_follow_up_that_ends_within_the_period_leaves_it_open() -> None:
    assert told(study(seen=30), "tocilizumab") == ("none on record", None)
    assert told(study(seen=29), "tocilizumab") == ("unknown", "follow_up")
    assert told(study(seen=10), "tocilizumab") == ("unknown", "follow_up")
    assert told(study(seen=9), "tocilizumab") == ("not at risk", None)


def test_death_and_the_next_infusion_end_the_time_at_risk_and_leave_nothing_open() -> None:
    assert told(study(seen=None, other="\ndeath subject_id death_date\na 12\n"), "tocilizumab") == (
        "none on record",
        None,
    )
    again = study().replace("a 1 0 CD19\n", "a 1 0 CD19\na 2 20 CD19\n")
    assert told(again, "tocilizumab") == ("none on record", None)
    after = again.replace(SEEN, TREATED + "a tocilizumab . 20 .\n" + SEEN)
    assert told(after, "tocilizumab") == ("none on record", None)
    before = again.replace(SEEN, TREATED + "a tocilizumab . 19 .\n" + SEEN)
    assert told(before, "tocilizumab") == ("given", None)


def test_a_period_without_a_last_day_ends_with_follow_up() -> None:
    given = study(seen=100, treated="a tocilizumab . 90 .\n")
    assert told(given, "tocilizumab", periods=[(31, None)]) == ("given", None)
    assert told(given, "corticosteroid", periods=[(31, None)]) == ("none on record", None)


def test_an_adverse_event_that_needed_it_leaves_it_open() -> None:
    event = "\nadverse_event subject_id term start_date end_date hypotension hypoxia\n"
    pressed = study(other=event + "a CRS 12 14 one_vasopressor positive_pressure\n")
    assert told(pressed, "vasopressor") == ("unknown", "adverse_event")
    assert told(pressed, "mechanical ventilation") == ("unknown", "adverse_event")
    assert told(pressed, "tocilizumab") == ("none on record", None)
    over = study(other=event + "a CRS 2 9 one_vasopressor low-flow\n")
    assert told(over, "vasopressor") == ("none on record", None)
    assert told(study(other=event + "a CRS 12 14 no_vasopressor low-flow\n"), "mechanical ventilation") == (
        "none on record",
        None,
    )


def test_a_site_is_known_to_send_what_it_ever_sent() -> None:
    rows = derived(study(treated="a tocilizumab . 100 .\n"))
    assert dict(rows.select("treatment", "sentfl").iter_rows())["tocilizumab"] == "Y"
    assert dict(rows.select("treatment", "sentfl").iter_rows())["corticosteroid"] == "N"


@pytest.mark.parametrize(
    ("records", "seen", "days"),
    [
        # First and last day count, and only days of the period.
        ("15 17", 200, (3, 3)),
        ("5 12", 200, (3, 3)),
        ("28 40", 200, (3, 3)),
        ("-5 60", 200, (21, 21)),
        ("15 15", 200, (1, 1)),
        # Stays that follow each other on one day, or overlap, have each day once.
        ("15 17|17 19", 200, (5, 5)),
        ("15 19|16 17", 200, (5, 5)),
        ("11 12|20 22", 200, (5, 5)),
        # Without a last day it may have gone on to the end of the period.
        ("25 .", 200, (1, 6)),
        # Or to the last contact, after which nobody knows.
        ("25 26", 28, (2, 4)),
        ("25 .", 28, (1, 6)),
        (". 12|20 21", 200, (2, 5)),
    ],
)  # fmt: skip
def test_days_of_a_stay(records: str, seen: int, days: tuple[int, int]) -> None:
    treated = "".join(f"a hospital_stay . {one}\n" for one in records.split("|"))
    (row,) = derived(study(seen=seen, treated=treated)).filter(treatment="hospital stay").to_dicts()
    assert row["state"] == "given"
    assert (row["daylo"], row["dayhi"]) == days


def test_death_ends_the_days_of_a_stay() -> None:
    text = study(seen=None, treated="a intensive_care . 12 .\n", other="\ndeath subject_id death_date\na 15\n")
    (row,) = derived(text).filter(treatment="intensive care").to_dicts()
    assert (row["daylo"], row["dayhi"]) == (1, 4)


def test_sql_and_plain_python_agree_on_random_stays() -> None:
    random, subjects = Random(11), {}
    for number in range(300):
        records = []
        for _ in range(random.randint(0, 3)):
            start = random.choice([None, *[random.randint(-5, 45)] * 6])
            end = None if random.random() < 0.3 else (start if start is not None else 0) + random.randint(0, 20)
            records.append((start, end))
        # Two records of one first day would be one to the site's key.
        if len({start for start, _ in records}) == len(records):
            subjects[str(number)] = (records, random.choice([8, 15, 29, 30, 200]))
    text = HEADER + "".join(f"{name} 1 0 CD19\n" for name in subjects) + TREATED
    cell = lambda day: "." if day is None else str(day)  # noqa: E731 - a cell of the table below
    for name, (records, _) in subjects.items():
        text += "".join(f"{name} hospital_stay . {cell(start)} {cell(end)}\n" for start, end in records)
    text += SEEN + "".join(f"{name} {seen}\n" for name, (_, seen) in subjects.items())
    rows = {row["subject_id"]: row for row in derived(text).filter(treatment="hospital stay").to_dicts()}
    for name, (records, seen) in subjects.items():
        last = max([seen, *(start for start, _ in records if start is not None)])
        assert (rows[name]["state"], rows[name]["daylo"], rows[name]["dayhi"]) == by_hand(records, last), (
            name,
            records,
            seen,
        )


def by_hand(records: list[tuple[int | None, int | None]], seen: int) -> tuple[str, int | None, int | None]:
    """State and days day by day."""
    first, last = PERIOD
    if seen < first:
        return "not at risk", None, None
    until = min(seen, last)
    certain, possible = set(), set(range(until + 1, last + 1))
    is_open = seen < last
    for start, end in records:
        sure = set() if start is None else set(range(start, (end if end is not None else start) + 1))
        may = set(range(start if start is not None else first, (end if end is not None else until) + 1))
        certain |= sure & set(range(first, until + 1))
        possible |= may & set(range(first, until + 1))
        is_open |= bool(may & set(range(first, until + 1)))
    if certain:
        return "given", len(certain), len(certain | possible)
    return ("unknown" if is_open else "none on record"), None, None


def test_an_infusion_on_an_unknown_day_leaves_all_open() -> None:
    assert told(study().replace("a 1 0 CD19", "a 1 . CD19"), "tocilizumab") == ("unknown", "day_0")


def test_nothing_is_derived_that_is_not_asked_for() -> None:
    with build_tiny_study(study(), infusions=INFUSIONS) as built:
        assert frame_of(built, "FROM adam.adcare").is_empty()


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"treatments": ["bridging"]}, "treatments: expected one of tocilizumab"),
        ({"stays": ["tocilizumab"]}, "stays: expected one of intensive care"),
        ({"treatments": ["tocilizumab", "tocilizumab"]}, "expected each once"),
        ({"treatments": [], "stays": []}, "expected one at least"),
        ({"periods": [(30, 10)]}, "not before its first"),
    ],
)
def test_what_can_t_be_told_is_refused(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SupportiveCare.model_validate(stated)


def test_each_kind_is_a_treatment_or_a_stay_and_what_is_given_once_is_one_of_them() -> None:
    assert {*KINDS} >= GIVEN_ONCE
    assert not {*KINDS} & {*STAYS}
