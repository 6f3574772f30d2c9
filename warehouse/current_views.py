"""What the endpoint SQL reads: the records of a day up to the data cut, and all records of that day by name.

The day is that of the variable `as_of`, an extract date; the last there is where it is not set. All but
`current.<domain>` are tables: over a hundred statements read them, each of which would plan a view of views anew.
`cut.<domain>` holds the state of each record on that day, without those dated after the study's data cut and those of
subjects whose own record is not in force; `current.<domain>` holds those too.
`current.record` names every record; `current.dated_record` adds the day it happened, after the cut too.
`current.subject_look` says what each subject id may be taken for, `current.alike` whose record one under no subject's id may be.
`current.imputed_date` names the dates for which a day stands in: flag D where the day was missing, M where the month was,
Y where all of it was; by no rule of the protocol where it has bounds (earliest, latest). `current.set_aside` names the
facts that are unknown since they break a rule.
`current.withdrawn` names who took consent back, `current.withheld` the records from after that day that it does not cover: they are not
in `cut`.
`cut.administration` holds each infusion as reported; in `cut.infusion` those of one course are one, under the number of the course, by
which the records of other domains name it.
A happening without its day has a day within its bounds in `cut.<domain>`, and none in `current.<domain>`; an infusion whose
number is unknown has there the one that its day leaves it.
"""

from __future__ import annotations

import duckdb

from schemas.domains import DOMAINS, Domain
from warehouse.bounded_dates import bound_dates, stand_in_for
from warehouse.frames import read_sql

IN_FORCE = (
    "(getvariable('as_of') IS NULL OR valid_from <= getvariable('as_of')) "
    "AND (valid_to IS NULL OR valid_to > getvariable('as_of'))"
)
# Of an infusion whose number is unknown: its place among those of the subject, unless another one bears that number.
NUMBERED = """
    SELECT * EXCLUDE (place, taken)
        REPLACE (coalesce(infusion_number, if(list_contains(taken, place), NULL, place)) AS infusion_number)
    FROM (
        SELECT
            *, row_number() OVER (PARTITION BY subject_id ORDER BY infusion_date, infusion_number, record_id) AS place,
            list(infusion_number) OVER (PARTITION BY subject_id) AS taken
        FROM cut.infusion
    )
"""
# What says whether a subject lives, and the column that says more than that.
VITAL_STATUS = {"death": "cause", "follow_up": "disease_status"}
NAMES = "study_id, site_id, subject_id, record_id, source_file, source_sheet, source_row, extract_date"


def create_current_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schemas `cut` and `current` over schema core, with the views of `current`."""
    connection.execute("CREATE SCHEMA cut; CREATE SCHEMA current")
    connection.execute("CREATE TABLE current.subject_look (subject_id VARCHAR, looks_like VARCHAR, parts VARCHAR)")
    for name in DOMAINS:
        connection.execute(
            f"CREATE VIEW current.{name} AS SELECT * EXCLUDE (valid_from, valid_to) FROM core.{name} WHERE {IN_FORCE}"
        )


def hold_records_of_day(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the day, in place of those of another one."""
    _hold(connection, "current.record", " UNION ALL ".join(_named(name) for name in DOMAINS))
    dated = [_dated(name, domain.clinical_date()) for name, domain in DOMAINS.items() if domain.clinical_date()]
    _hold(connection, "current.dated_record", " UNION ALL ".join(dated))
    bound_dates(connection)
    there = domains_of_day(connection)
    for name, domain in DOMAINS.items():
        _hold(
            connection, f"cut.{name}", _up_to_the_cut(name, domain) if name in there else f"FROM current.{name} LIMIT 0"
        )
    _withhold(connection, there)
    _hold(connection, "cut.administration", NUMBERED)
    _hold(connection, "cut.infusion", read_sql("course.sql"))
    _hold(
        connection,
        "current.imputed_date",
        "SELECT study_id, domain, record_id, column_name, "
        "CASE precision WHEN 'month' THEN 'D' WHEN 'year' THEN 'M' ELSE 'Y' END AS flag, "
        "CAST(NULL AS DATE) AS earliest, CAST(NULL AS DATE) AS latest "
        f"FROM meta.partial_date WHERE imputed_date IS NOT NULL AND {IN_FORCE} UNION ALL "
        "SELECT study_id, domain, record_id, column_name, flag, earliest, latest FROM current.bounded_date",
    )
    _hold(connection, "current.set_aside", f"FROM meta.set_aside WHERE {IN_FORCE}")
    _name_courses(connection)
    _hold(connection, "current.alike", read_sql("alike.sql"))


def _withhold(connection: duckdb.DuckDBPyConnection, there: set[str]) -> None:
    """Take out of `cut` what consent does not cover: records from after the day it was taken back."""
    _hold(connection, "current.withdrawn", read_sql("withdrawn.sql"))
    days = [
        (name, domain.clinical_date()) for name, domain in DOMAINS.items() if domain.clinical_date() and name in there
    ]
    after = " UNION ALL ".join(
        f"SELECT r.study_id, r.subject_id, r.record_id, '{name}' AS domain, w.consent_covers, w.withdrawn_on "
        f"FROM cut.{name} AS r INNER JOIN current.withdrawn AS w ON r.subject_id = w.subject_id WHERE r.{day} > w.withdrawn_on"
        for name, day in days
    )
    nothing = (
        "SELECT r.study_id, r.subject_id, r.record_id, r.domain, w.consent_covers, w.withdrawn_on "
        "FROM current.record AS r, current.withdrawn AS w LIMIT 0"
    )
    known_of = ", ".join(f"'{name}'" for name in VITAL_STATUS)
    _hold(
        connection,
        "current.withheld",
        f"SELECT * FROM ({after or nothing}) WHERE NOT (consent_covers = 'vital status' AND domain IN ({known_of}))",
    )
    # Of a death and a contact it covers that and when they were, nothing that was found.
    for name, found in VITAL_STATUS.items():
        connection.execute(
            f"UPDATE cut.{name} SET {found} = NULL FROM current.withdrawn AS w "
            f"WHERE cut.{name}.subject_id = w.subject_id AND {DOMAINS[name].clinical_date()} > w.withdrawn_on"
        )
    for name in {name for (name,) in connection.execute("SELECT DISTINCT domain FROM current.withheld").fetchall()}:
        connection.execute(
            f"DELETE FROM cut.{name} WHERE record_id IN (SELECT record_id FROM current.withheld WHERE domain = '{name}')"
        )


def _name_courses(connection: duckdb.DuckDBPyConnection) -> None:
    """Records that name an infusion which is part of another one's course name that course."""
    _hold(connection, "current.course_named", read_sql("course_named.sql"))
    if not connection.execute("SELECT 1 FROM current.course_named LIMIT 1").fetchall():
        return
    naming = [f"cut.{name}" for name, domain in DOMAINS.items() if "infusion_number" in domain.columns()]
    for table in (*naming, "current.set_aside"):
        if table != "cut.infusion":
            _hold(
                connection,
                table,
                f"SELECT t.* REPLACE (coalesce(c.course, t.infusion_number) AS infusion_number) FROM {table} AS t "
                "LEFT JOIN current.course_named AS c ON t.subject_id = c.subject_id AND t.infusion_number = c.part",
            )


def domains_of_day(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The domains with a record that day."""
    return {name for (name,) in connection.execute("SELECT DISTINCT domain FROM current.record").fetchall()}


def _up_to_the_cut(name: str, domain: type[Domain]) -> str:
    """The records of a domain in force, of known subjects, but those dated after the data cut."""
    day = domain.clinical_date()
    known = "true" if name == "subject" else "subject_id IN (SELECT subject_id FROM current.subject)"
    if not day:
        return f"FROM current.{name} WHERE {known}"
    stands = stand_in_for(name, domain)
    return (
        f"SELECT r.* REPLACE ({stands} AS {day}) FROM current.{name} AS r LEFT JOIN current.bounded_date AS b "
        f"ON b.domain = '{name}' AND r.record_id = b.record_id WHERE {known.replace('subject_id IN', 'r.subject_id IN')} "
        f"AND ({stands} IS NULL OR {stands} <= (SELECT coalesce(data_cut, DATE '9999-12-31') FROM meta.study))"
    )


def _hold(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")


def _named(domain: str) -> str:
    return f"SELECT '{domain}' AS domain, {NAMES} FROM current.{domain}"


def _dated(domain: str, date_column: str | None) -> str:
    return (
        f"SELECT '{domain}' AS domain, '{date_column}' AS date_column, {date_column} AS clinical_date, {NAMES} "
        f"FROM current.{domain} WHERE {date_column} IS NOT NULL"
    )
