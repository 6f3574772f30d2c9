"""A full export that lacks much of what is in force is held back: who is missing is asked, and an answer accepts it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from flows.sites.stage import stage_site
from flows.sites.staged_site import CHANGED, GONE, HELD, StagedSite
from flows.study_folder import NONE_ACCEPTED, AcceptedFalls, Extract
from tests.warehouse.tiny_build import FIRST, SECOND, THIRD, csv_site

SUBJECT = {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "day"}}
SEEN = {
    "domain": "follow_up",
    "where": {"column": "seen", "not_blank": True},
    "columns": {"subject_id": "id", "contact_date": "seen"},
}
INCREMENTAL = [
    {"match": "a*", "format": "csv", "optional": True, "sheets": [{"feeds": [SUBJECT, SEEN]}]},
    {"match": "b*", "format": "csv", "optional": True, "incremental": True, "sheets": [{"feeds": [SUBJECT, SEEN]}]},
]


def export(*subjects: int, seen: str = "2022-01-01") -> str:
    return "id,day,seen\n" + "".join(f"{number},2021-01-01,{seen}\n" for number in subjects)


def stage(
    folder: Path,
    exports: Mapping[date, str],
    *,
    last: StagedSite | None = None,
    name: str = "a.csv",
    accepted: AcceptedFalls = NONE_ACCEPTED,
    **mapping: Any,
) -> StagedSite:
    extracts = []
    for day, text in exports.items():
        place = folder / "landing" / "s" / day.isoformat()
        place.mkdir(parents=True, exist_ok=True)
        (place / (name if day != SECOND or "files" not in mapping else "b.csv")).write_text(text)
        extracts.append(Extract("s", day, place, "tiny"))
    settings = Settings(workspace=folder / "var")
    site = csv_site(SUBJECT, SEEN, **mapping)
    files = last.files if last else ()
    return stage_site(site, extracts, folder / "landing", settings, force=False, last=files, accepted=accepted)


def days(staged: StagedSite) -> list[date]:
    return [file.extract_date for file in staged.files]


def test_an_export_of_half_the_subjects_is_held_and_the_one_before_stays_in_force(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: export(*range(1, 11)), SECOND: export(*range(1, 6))})
    assert days(staged) == [FIRST]
    (held,) = staged.rejected
    assert held.kind == HELD
    assert (
        "s 2024-02-01: lacks 5 of 10 subjects, 5 of 10 records of follow_up, 5 of 10 records of subject" in held.message
    )
    assert "s-7" not in held.message


def test_the_question_names_every_subject_that_is_missing(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: export(*range(1, 11)), SECOND: export(*range(1, 9))})
    asked = staged.questions.select("rule_id", "subject_id", "about").rows()
    assert asked[1:] == [("export.left_out", "s-10", None), ("export.left_out", "s-9", None)]
    assert asked[0][0] == "export.shrunk"


@pytest.mark.parametrize(("before", "now", "held"), [(2, 0, True), (2, 1, True), (11, 10, False), (10, 8, True)])
def test_what_is_too_much_for_small_and_large_sites(tmp_path: Path, before: int, now: int, held: bool) -> None:
    staged = stage(tmp_path, {FIRST: export(*range(before)), SECOND: export(*range(now))})
    assert bool(staged.rejected) is held


def test_an_export_of_all_subjects_that_lacks_half_of_a_table_is_held(tmp_path: Path) -> None:
    half = export(1, 2, 3) + export(4, 5, 6, seen="").split("\n", 1)[1]
    staged = stage(tmp_path, {FIRST: export(*range(1, 7)), SECOND: half})
    assert days(staged) == [FIRST]
    assert "lacks 3 of 6 records of follow_up" in staged.rejected[0].message


def test_records_that_wait_in_quarantine_were_sent(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: export(1, 2, 3, 4), SECOND: export(1, 2, 3, 4, seen="yesterday")})
    assert staged.rejected == ()


def test_a_waiver_of_its_question_accepts_the_loss_and_the_next_export_with_the_same(tmp_path: Path) -> None:
    exports = {FIRST: export(*range(1, 11)), SECOND: export(1, 2), THIRD: export(1, 2)}
    staged = stage(tmp_path, exports)
    assert days(staged) == [FIRST]
    query = staged.rejected[0].message.rpartition("waiver of ")[2].split()[0]
    waiver = {"query": query, "reason": "withdrew", "decided_by": "data manager", "decided_on": "2024-02-02"}
    accepted = stage(tmp_path, exports, waivers=[waiver])
    assert days(accepted) == [FIRST, SECOND, THIRD]
    assert accepted.rejected == ()


def test_a_later_whole_export_ends_alarm_and_question(tmp_path: Path) -> None:
    whole = export(*range(1, 11))
    staged = stage(tmp_path, {FIRST: whole, SECOND: export(1), THIRD: whole})
    assert days(staged) == [FIRST, THIRD]
    assert staged.rejected == ()
    assert set(staged.questions["ends_on"]) == {THIRD}


def test_a_file_cut_short_where_it_lies_leaves_the_site_as_published(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(*range(1, 11))})
    staged = stage(tmp_path, {FIRST: export(*range(1, 4))}, last=published)
    assert staged.files == published.files
    assert staged.rejected[0].message.startswith(
        "s: since s/2024-01-01/a.csv was published it has changed; lacks 7 of 10"
    )


def test_an_export_that_was_taken_away_leaves_the_site_as_published(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(1), SECOND: export(*range(1, 11))})
    staged = stage(tmp_path, {FIRST: export(1)}, last=published)
    assert days(staged) == [FIRST, SECOND]


def test_an_incremental_export_of_few_subjects_is_no_loss(tmp_path: Path) -> None:
    staged = stage(tmp_path, {FIRST: export(*range(1, 11)), SECOND: export(1)}, files=INCREMENTAL)
    assert days(staged) == [FIRST, SECOND]
    assert staged.rejected == ()


def test_an_export_that_is_gone_without_a_loss_is_told(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(1), SECOND: export(1, seen="2023-01-01")})
    staged = stage(tmp_path, {FIRST: export(1)}, last=published)
    assert days(staged) == [FIRST]
    assert [(one.kind, one.extract_date) for one in staged.rejected] == [(GONE, SECOND)]


def test_a_fall_that_the_protocol_accepts_is_not_held(tmp_path: Path) -> None:
    half = export(1, 2, 3) + export(4, 5, 6, seen="").split("\n", 1)[1]
    accepted = AcceptedFalls({"follow_up": SECOND}, SECOND)
    staged = stage(tmp_path, {FIRST: export(*range(1, 7)), SECOND: half}, accepted=accepted)
    assert days(staged) == [FIRST, SECOND]


def test_what_was_accepted_of_an_export_stays_so_and_accepts_no_later_one(tmp_path: Path) -> None:
    """The protocol accepted it up to the second; it is the day of the third, whose export lacks still more."""
    accepted = AcceptedFalls({"subject": SECOND, "follow_up": SECOND}, THIRD)
    exports = {FIRST: export(*range(1, 11)), SECOND: export(*range(1, 6)), THIRD: export(1, 2)}
    staged = stage(tmp_path, exports, accepted=accepted)
    assert days(staged) == [FIRST, SECOND]
    (held,) = staged.rejected
    assert (held.kind, held.extract_date) == (HELD, THIRD)


def test_a_file_that_lost_one_of_many_subjects_where_it_lies_is_used_and_told(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(*range(1, 13))})
    staged = stage(tmp_path, {FIRST: export(*range(1, 12))}, last=published)
    assert staged.files != published.files
    (told,) = staged.rejected
    assert (told.kind, told.extract_date) == (CHANGED, FIRST)
    assert told.message == (
        "s: since s/2024-01-01/a.csv was published it has changed; it lacks 1 of 12 subjects, 1 of 12 records of follow_up, "
        "1 of 12 records of subject of what was published; put the file back, unless it was corrected on purpose"
    )


def test_a_file_that_lost_one_record_where_it_lies_is_told(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(1, 2, 3)})
    staged = stage(tmp_path, {FIRST: export(1, 2) + "3,2021-01-01,\n"}, last=published)
    assert "it lacks 1 of 3 records of follow_up of what" in staged.rejected[0].message


def test_a_file_in_which_a_value_was_corrected_where_it_lies_is_no_loss(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(1, 2, 3)})
    assert stage(tmp_path, {FIRST: export(1, 2, 3, seen="2022-03-01")}, last=published).rejected == ()


def test_a_changed_file_of_which_nobody_knows_any_more_what_it_held_is_told(tmp_path: Path) -> None:
    published = stage(tmp_path, {FIRST: export(*range(1, 11))})
    shutil.rmtree(tmp_path / "var")
    staged = stage(tmp_path, {FIRST: export(1)}, last=published)
    assert staged.rejected[0].kind == CHANGED
    assert "its earlier content is in no cache any more" in staged.rejected[0].message


def test_a_file_in_which_a_death_went_from_one_subject_to_another_where_it_lies_is_told(tmp_path: Path) -> None:
    feeds = [SUBJECT, {**SEEN, "domain": "death", "columns": {"subject_id": "id", "death_date": "seen"}}]
    files = [{"match": "*", "format": "csv", "sheets": [{"feeds": feeds}]}]
    died = {"1": "2022-01-01", "2": "", "3": ""}

    def sent(**changed: str) -> dict[date, str]:
        rows = {**died, **{name[1:]: day for name, day in changed.items()}}
        return {FIRST: "id,day,seen\n" + "".join(f"{name},2021-01-01,{day}\n" for name, day in rows.items())}

    published = stage(tmp_path, sent(), name="b.csv", files=files)
    staged = stage(tmp_path, sent(p1="", p2="2022-01-01"), name="b.csv", files=files, last=published)
    assert "it lacks 1 of 1 records of death of what" in staged.rejected[0].message
