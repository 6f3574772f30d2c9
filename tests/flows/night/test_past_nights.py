"""The nights before tonight, as the index shows them."""

from __future__ import annotations

from typing import Any

import pytest

from flows.night.past_nights import SHOWN, past_nights


def begun(run: str, at: str, **details: Any) -> dict[str, Any]:
    return {"event": "begun", "run_id": run, "at": at, "started_by": "schedule", "snapshot": None, **details}


def ended(run: str, at: str, **details: Any) -> dict[str, Any]:
    return {"event": "ended", "run_id": run, "at": at, "studies": {}, "published": False, "exit_code": 0, **details}


def test_a_night_has_its_minutes_and_what_was_computed() -> None:
    log = [
        begun("a", "2026-03-01T02:00:10.000000Z"),
        ended("a", "2026-03-01T02:06:40.000000Z", published=True, studies={"one": "built", "two": "reused"}),
    ]
    assert past_nights(log, "tonight") == [
        {"began": "2026-03-01 02:00", "minutes": 6.5, "ended": "published", "started_by": "schedule", "built": 1, "studies": 2}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ({"published": True, "exit_code": 3}, "published"),
        ({"exit_code": 3}, "failed"),
        ({}, "unchanged"),
    ],
)
def test_how_a_night_ended(end: dict[str, Any], outcome: str) -> None:
    log = [begun("a", "2026-03-01T02:00:00Z"), ended("a", "2026-03-01T02:01:00Z", **end)]
    assert past_nights(log, "tonight")[0]["ended"] == outcome


def test_a_night_that_was_killed_is_cut_off_and_its_duration_unknown() -> None:
    (night,) = past_nights([begun("a", "2026-03-01T02:00:00Z")], "tonight")
    assert (night["ended"], night["minutes"]) == ("cut_off", None)


def test_tonight_and_snapshots_are_left_out_and_the_latest_comes_first() -> None:
    log = [begun(name, f"2026-03-0{day}T02:00:00Z") for day, name in enumerate("abc", start=1)]
    log.insert(1, begun("s", "2026-03-01T12:00:00Z", snapshot="as_of_2025-01-01"))
    assert [night["began"][:10] for night in past_nights(log, "c")] == ["2026-03-02", "2026-03-01"]


def test_no_more_than_a_month_of_nights_is_shown() -> None:
    log = [begun(str(number), f"2026-03-01T{number % 24:02}:00:00Z") for number in range(SHOWN + 5)]
    assert len(past_nights(log, "tonight")) == SHOWN
