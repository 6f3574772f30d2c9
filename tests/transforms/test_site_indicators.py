"""Key risk indicators of sites: what each counts, among what, and since when a site is flagged."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from schemas.protocol import Indicators
from schemas.tables import TABLES
from transforms.site_indicators import compute_site_indicators

STUDY = "trial"
FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
SITES = ("a", "b")


class Made:
    """Tables of a study that only hold what a test says."""

    def __init__(self, *days: date, sites: tuple[str, ...] = SITES) -> None:
        names = [name for name in TABLES if name.startswith("core.")]
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in (*names, "meta.site_query")}
        self.rows["meta.site"] = [{"site_id": site} for site in sites]
        self.rows["meta.source_file"] = [
            {"site_id": site, "extract_date": day, "source_file": f"{site}/{day}"} for site in sites for day in days
        ]
        self.rows["meta.study"] = [{"study_id": STUDY}]

    def record(self, table: str, site: str, subject: str, since: date, **columns: Any) -> Made:
        rows = self.rows[f"core.{table}"]
        key = {"site_id": site, "subject_id": f"{site}-{subject}", "record_id": f"{site}-{subject}-{len(rows)}"}
        rows.append({**key, "valid_from": since, **columns})
        return self

    def subject(self, site: str, subject: str, infused: date, **seen: date) -> Made:
        self.record("subject", site, subject, FIRST)
        self.record("infusion", site, subject, FIRST, infusion_date=infused)
        for contact in seen.values():
            self.record("follow_up", site, subject, FIRST, contact_date=contact)
        return self

    def question(self, site: str, since: date, closed: date | None = None, status: str = "open") -> Made:
        self.rows["meta.site_query"].append(
            {
                "site_id": site,
                "first_seen": since,
                "closed_on": closed,
                "status": status,
                "query_id": str(len(self.rows["meta.site_query"])),
            }
        )
        return self

    def tables(self) -> dict[str, pl.DataFrame]:
        return {
            name: pl.DataFrame(
                [{column: row.get(column) for column in TABLES[name].column_names} for row in rows],
                schema=TABLES[name].polars_schema,
            )
            for name, rows in self.rows.items()
        }

    def indicator(self, name: str, **asked: Any) -> list[tuple[date, str, int, float]]:
        found = compute_site_indicators(Indicators(of=[name], **asked), self.tables(), STUDY)  # type: ignore[list-item]
        return found.sort("day", "site_id").select("day", "site_id", "events", "exposure").rows()


def test_a_protocol_that_asks_for_none_has_none() -> None:
    assert compute_site_indicators(None, Made(FIRST).tables(), STUDY).is_empty()
    assert compute_site_indicators(Indicators(), Made().tables(), STUDY).is_empty()


def test_open_questions_are_counted_among_subjects_on_each_day() -> None:
    made = Made(FIRST, SECOND).subject("a", "1", FIRST).subject("a", "2", FIRST).subject("b", "1", FIRST)
    made.question("a", FIRST, closed=SECOND).question("a", SECOND).question("a", SECOND).question(
        "b", FIRST, status="waived"
    )
    assert made.indicator("queries") == [
        (FIRST, "a", 1, 2),
        (FIRST, "b", 0, 1),
        (SECOND, "a", 2, 2),
        (SECOND, "b", 0, 1),
    ]


def test_a_record_is_late_by_the_first_export_that_held_it() -> None:
    made = Made(FIRST, SECOND, sites=("a",))
    made.record("relapse", "a", "1", SECOND, relapse_date=SECOND - timedelta(91))
    made.record("relapse", "a", "2", SECOND, relapse_date=SECOND - timedelta(90))
    assert made.indicator("late_entry") == [(FIRST, "a", 0, 0), (SECOND, "a", 1, 2)]


def test_when_a_record_of_the_first_export_was_entered_is_not_known() -> None:
    made = Made(FIRST, SECOND, sites=("a",)).record("relapse", "a", "1", FIRST, relapse_date=date(2020, 1, 1))
    assert made.indicator("late_entry")[-1] == (SECOND, "a", 0, 0)


def test_a_later_state_of_a_record_is_no_later_entry() -> None:
    made = Made(FIRST, SECOND, THIRD, sites=("a",))
    made.record("relapse", "a", "1", SECOND, relapse_date=SECOND, valid_to=THIRD)
    again = {
        **made.rows["core.relapse"][0],
        "valid_from": THIRD,
        "valid_to": None,
        "relapse_date": FIRST - timedelta(400),
    }
    made.rows["core.relapse"].append(again)
    assert made.indicator("late_entry")[-1] == (THIRD, "a", 0, 1)


def test_missing_are_infused_subjects_alive_and_not_seen_for_long() -> None:
    long_ago, lately = FIRST - timedelta(181), FIRST - timedelta(180)
    made = Made(FIRST, sites=("a",)).subject("a", "1", long_ago).subject("a", "2", lately)
    made.subject("a", "3", long_ago, seen=lately).subject("a", "4", long_ago).subject("a", "5", long_ago)
    made.record("death", "a", "4", FIRST, death_date=long_ago)
    made.record("disposition", "a", "5", FIRST, disposition="withdrew consent")
    made.record("subject", "a", "6", FIRST)
    assert made.indicator("missing_follow_up") == [(FIRST, "a", 1, 3)]


def test_adverse_events_are_counted_per_month_observed_since_the_first_infusion() -> None:
    infused = date(2023, 6, 1)
    made = Made(FIRST, sites=("a",)).subject("a", "1", infused, seen=infused + timedelta(61))
    for days, grade in ((-1, 3), (0, 2), (5, 0), (6, None)):
        made.record("adverse_event", "a", "1", FIRST, start_date=infused + timedelta(days), grade=grade)
    made.record("adverse_event", "a", "1", FIRST, grade=1)
    ((_, _, events, months),) = made.indicator("adverse_events")
    assert (events, months) == (3, pytest.approx(61 / 30.4375))


def test_after_the_data_cut_nothing_counts() -> None:
    infused = date(2023, 6, 1)
    made = Made(FIRST, sites=("a",)).subject("a", "1", infused, seen=date(2023, 12, 1))
    made.record("adverse_event", "a", "1", FIRST, start_date=date(2023, 11, 1), grade=3)
    made.rows["meta.study"][0]["data_cut"] = infused + timedelta(30)
    ((_, _, events, months),) = made.indicator("adverse_events")
    assert (events, months) == (0, pytest.approx(1 / 30.4375))


def crowded() -> Made:
    """Four sites of five subjects; the first has one question a subject too many from the second day on."""
    made = Made(FIRST, SECOND, THIRD, sites=("a", "b", "c", "d"))
    for site in ("a", "b", "c", "d"):
        for subject in range(5):
            made.subject(site, str(subject), FIRST)
    for site in ("b", "c", "d"):
        made.question(site, FIRST)
    for _ in range(14):
        made.question("a", SECOND)
    return made


def test_a_flag_says_since_which_day_and_how_improbable() -> None:
    rows = compute_site_indicators(Indicators(of=["queries"]), crowded().tables(), STUDY)
    flagged = rows.filter(pl.col("flag") != "").select("day", "site_id", "flag", "since").rows()
    assert flagged == [(SECOND, "a", "high", SECOND), (THIRD, "a", "high", SECOND)]
    (latest,) = rows.filter("latest", site_id="a").to_dicts()
    # 14 seen, 17 / 20 x 5 = 4.25 expected: 1 - P(X <= 13) of that mean.
    assert (latest["expected"], latest["highest"]) == (pytest.approx(4.25), 12)
    assert latest["p_value"] == pytest.approx(1.2e-4, rel=0.2)


def test_a_flag_that_went_and_came_back_counts_from_its_return() -> None:
    made = crowded()
    fourth = date(2024, 4, 1)
    made.rows["meta.source_file"].append({"site_id": "a", "extract_date": fourth, "source_file": "x"})
    for question in made.rows["meta.site_query"]:
        if question["site_id"] == "a":
            question["closed_on"] = THIRD
    for _ in range(14):
        made.question("a", fourth)
    rows = compute_site_indicators(Indicators(of=["queries"]), made.tables(), STUDY).filter(pl.col("flag") != "")
    assert rows.select("day", "since").rows() == [(SECOND, SECOND), (fourth, fourth)]


def test_few_adverse_events_are_flagged_and_few_questions_are_not() -> None:
    made = crowded()
    for site in ("b", "c", "d"):
        for _ in range(40):
            made.question(site, FIRST)
            made.record("adverse_event", site, "0", FIRST, grade=1)
    rows = compute_site_indicators(Indicators(of=["queries", "adverse_events"]), made.tables(), STUDY)
    low = rows.filter(flag="low")
    assert set(low["indicator"]) == {"adverse_events"}
    assert set(low["site_id"]) == {"a"}


def test_the_history_tells_of_the_latest_days_alone() -> None:
    rows = compute_site_indicators(Indicators(of=["queries"], days=2), crowded().tables(), STUDY)
    assert sorted(set(rows["day"])) == [SECOND, THIRD]
