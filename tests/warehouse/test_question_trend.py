"""How many questions stood open from a day on."""

from __future__ import annotations

import duckdb

from warehouse.frames import read_sql

QUESTIONS = """
('s', DATE '2024-01-01', NULL, 'open'),
('s', DATE '2024-01-01', DATE '2024-03-01', 'closed'),
('s', DATE '2024-02-01', DATE '2024-03-01', 'closed'),
('s', DATE '2024-01-01', NULL, 'waived'),
('t', DATE '2024-02-01', NULL, 'open')
"""


def test_a_question_is_open_from_the_export_that_raised_it_to_the_one_that_answers_it() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA meta")
        connection.execute("CREATE TABLE meta.site_query (study_id TEXT, first_seen DATE, closed_on DATE, status TEXT)")
        connection.execute(f"INSERT INTO meta.site_query VALUES {QUESTIONS}")
        found = [
            (study, f"{day}", count)
            for study, day, count in connection.execute(read_sql("question_trend.sql")).fetchall()
        ]
    assert found == [("s", "2024-01-01", 2), ("s", "2024-02-01", 3), ("s", "2024-03-01", 1), ("t", "2024-02-01", 1)]
