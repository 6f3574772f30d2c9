"""What a full export no longer holds of what was in force before it: subjects by name, records by table.

Belongs here: the comparison of what two states of a site's exports speak of, when their difference is too large to be
believed, and the questions that follow. A record in quarantine was spoken of, and so was one marked as deleted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb
import polars as pl

from schemas.domains import DOMAINS
from schemas.staged import PROBLEMS
from warehouse.frame_store import FrameStore, content_key
from warehouse.frames import create_from_frame, read_sql
from warehouse.quality.expected import TOLERATED_FALL
from warehouse.staged_exports import StagedFile, since_full

SPOKEN = {"domain": pl.String, "record_key": pl.String, "subject_id": pl.String, "gone": pl.Boolean}
QUESTIONS: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "site_id": pl.String,
    "extract_date": pl.Date,
    "source_file": pl.String,
    **PROBLEMS,
    "of_several_records": pl.Boolean,
    "ends_on": pl.Date,
}
# What an endpoint counts: one that is not sent again would silently not have happened.
OF_EVENTS = ("relapse", "death", "transplant", "consolidation")
# One record less is what a site corrects from day to day, however few there are.
FEWEST_RECORDS_LOST = 2


@dataclass(frozen=True)
class Spoken:
    """What exports speak of: subjects and the number of records by domain; gone: subjects they mark as deleted.

    happened: domain and subject of every event, or of one that is marked as deleted.
    """

    subjects: frozenset[str]
    gone: frozenset[str]
    records: Mapping[str, int]
    happened: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Loss:
    """What an export lacks. of: how many subjects there were. tables: domain, records before and now, where too many are gone."""

    subjects: tuple[str, ...]
    of: int
    tables: tuple[tuple[str, int, int], ...]

    @property
    def too_large(self) -> bool:
        """Whether publication waits for an answer."""
        return bool(self.tables) or len(self.subjects) > TOLERATED_FALL * self.of

    @property
    def words(self) -> str:
        """The loss in numbers, without the name of a subject."""
        people = [f"{len(self.subjects)} of {self.of} subjects"] if self.subjects else []
        return ", ".join(
            people + [f"{before - now} of {before} records of {name}" for name, before, now in self.tables]
        )


def spoken_of(files: Sequence[StagedFile], store: FrameStore) -> Spoken:
    """What the last full export among some and the incremental ones after it speak of; kept by what it follows from."""
    used = sorted(since_full(files), key=lambda file: (file.extract_date, file.source_file))
    key = content_key("spoken of", *(file.staging_key for file in used))
    if key not in store:
        store.save(key, {"spoken": _last_said(used, store)})
    store.mark_used(key)
    said = pl.read_parquet(store.folder(key) / "spoken.parquet")
    held = said.filter(~pl.col("gone"))
    of_subject = pl.col("domain") == "subject"
    return Spoken(
        subjects=frozenset(held.filter(of_subject)["subject_id"].drop_nulls()),
        gone=frozenset(said.filter(of_subject & pl.col("gone"))["subject_id"].drop_nulls()),
        records=dict(held.group_by("domain").len().rows()),
        happened=frozenset(
            said.filter(pl.col("domain").is_in(OF_EVENTS)).drop_nulls("subject_id")["domain", "subject_id"].iter_rows()
        ),
    )


def find_loss(before: Spoken, now: Spoken, accepted: Collection[str] = ()) -> Loss:
    """What is gone without having been marked as deleted. accepted: domains that may have fewer records."""
    subjects = [] if "subject" in accepted else sorted(before.subjects - now.subjects - now.gone)
    fallen = [
        (domain, records, now.records.get(domain, 0))
        for domain, records in sorted(before.records.items())
        if domain not in accepted
        and records - now.records.get(domain, 0) >= FEWEST_RECORDS_LOST
        and records - now.records.get(domain, 0) > TOLERATED_FALL * records
    ]
    return Loss(tuple(subjects), len(before.subjects), tuple(fallen))


def find_any_loss(before: Spoken, now: Spoken, accepted: Collection[str] = ()) -> Loss:
    """As find_loss, with every table that has fewer records, and every event of a subject that has none of its kind any more."""
    of_events = Counter(domain for domain, subject in before.happened - now.happened if subject not in now.gone)
    lost = {
        domain: max(records - now.records.get(domain, 0), of_events[domain])
        for domain, records in before.records.items()
    }
    fallen = [
        (domain, before.records[domain], before.records[domain] - count)
        for domain, count in sorted(lost.items())
        if count > 0 and domain not in accepted
    ]
    return replace(find_loss(before, now, accepted), tables=tuple(fallen))


def loss_questions(
    site_id: str, extract_date: date, source_file: str, loss: Loss, *, ends_on: date | None, held: bool
) -> pl.DataFrame:
    """The question about an export as a whole, and, while it is held, one about each subject it lacks.

    The whole is told by what is missing and not by its day: the same loss in the next export is the same question. Of an
    export in use the warehouse itself finds the subjects that are left out.
    """
    place = {"site_id": site_id, "extract_date": extract_date, "source_file": source_file, "ends_on": ends_on}
    asked = {"severity": "query", "of_several_records": True}
    missing = content_key(*loss.subjects, *map(str, loss.tables))[:16]
    whole = {**place, **asked, "rule_id": "export.shrunk", "value_hash": missing, "about": loss.words}
    each = [
        {**place, **asked, "rule_id": "export.left_out", "domain": "subject", "subject_id": name}
        for name in loss.subjects
    ]
    return pl.DataFrame([whole, *(each if held else [])], schema=QUESTIONS)


def no_questions() -> pl.DataFrame:
    """Exports of which none lacks too much."""
    return pl.DataFrame(schema=QUESTIONS)


def fill_export_questions(connection: duckdb.DuckDBPyConnection, questions: pl.DataFrame) -> None:
    """Create export_question: the given ones, and the subjects and events that the exports in use have left out."""
    create_from_frame(connection, "export_question", questions)
    # Of a record marked as deleted there is the key alone, which of a subject is its name.
    names = {domain: "coalesce(subject_id, record_id)" if domain == "subject" else "subject_id" for domain in DOMAINS}
    parts = " UNION ".join(
        f"SELECT site_id, {name} AS subject_id, extract_date FROM staged_{domain}" for domain, name in names.items()
    )
    connection.execute(f"CREATE TABLE spoken_subject AS {parts}")
    connection.execute(f"INSERT INTO export_question BY NAME {read_sql('left_out.sql')}")
    _list_events(connection)
    connection.execute(f"INSERT INTO export_question BY NAME {read_sql('event_left_out.sql')}")


def _list_events(connection: duckdb.DuckDBPyConnection) -> None:
    """Create event_state and deleted_event: the states of all events, and the events that an export marks as deleted."""
    place = "site_id, subject_id, record_id, source_file, source_sheet, source_row, valid_from, valid_to"
    states = " UNION ALL ".join(f"SELECT '{domain}' AS domain, {place} FROM core.{domain}" for domain in OF_EVENTS)
    deleted = " UNION ALL ".join(
        f"SELECT '{domain}' AS domain, site_id, record_id, extract_date FROM staged_{domain} WHERE content IS NULL"
        for domain in OF_EVENTS
    )
    connection.execute(f"CREATE TABLE event_state AS {states}")
    connection.execute(f"CREATE TABLE deleted_event AS {deleted}")


def _last_said(files: Sequence[StagedFile], store: FrameStore) -> pl.DataFrame:
    """SPOKEN, one row per record: as the last of some files, in their order, says."""
    said = [pl.DataFrame(schema=SPOKEN), *(_said(store, file) for file in files)]
    return pl.concat(said).unique(["domain", "record_key"], keep="last", maintain_order=True)


def _said(store: FrameStore, file: StagedFile) -> pl.DataFrame:
    folder = store.folder(file.staging_key)
    accepted = [
        pl.read_parquet(path, columns=["record_id", "subject_id", "content"]).select(
            domain=pl.lit(domain),
            record_key="record_id",
            # Of a record marked as deleted there is the key alone, which of a subject is its name.
            subject_id=pl.coalesce("subject_id", "record_id") if domain == "subject" else "subject_id",
            gone=pl.col("content").is_null(),
        )
        for domain in DOMAINS
        if (path := folder / f"accepted.{domain}.parquet").exists()
    ]
    problems = pl.read_parquet(folder / "problems.parquet").filter(
        pl.col("domain").is_not_null(), severity="quarantine"
    )
    # One that nobody can name was sent all the same.
    nameless = pl.format("{} {} {}", pl.lit(file.source_file), "source_sheet", "row_id")
    waiting = problems.select(
        "domain", pl.coalesce("record_key", nameless).alias("record_key"), "subject_id", gone=pl.lit(value=False)
    )
    return pl.concat([*accepted, waiting]).cast(SPOKEN)  # type: ignore[arg-type]
