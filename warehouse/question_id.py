"""What a question to a site is known by: a waiver names it, and the same doubt about the same value keeps it from night to night."""

from __future__ import annotations

import polars as pl

from warehouse.frames import frame_of, set_variables
from warehouse.working import open_working

# Over a row of a problem; the study is the variable study_id. A row of which nobody knows what it tells is one question, however many
# records it might be.
QUESTION_ID = """'Q' || upper(substr(sha256(concat_ws(
    '|', getvariable('study_id'), site_id, subject_id, if(rule_id = 'row.undecided', null, domain),
    if(rule_id = 'row.undecided', null, record_key), source_sheet,
    coalesce(column_name, source_column), rule_id, value_hash, about
)), 1, 10))"""


def question_ids(study_id: str, problems: pl.DataFrame) -> list[str]:
    """The ids of problems, in their order. problems: site_id and schemas.staged.PROBLEMS."""
    with open_working() as connection:
        set_variables(connection, study_id=study_id)
        connection.register("problem", problems.with_row_index("number").to_arrow())
        return frame_of(connection, f"SELECT {QUESTION_ID} AS id FROM problem ORDER BY number")["id"].to_list()
