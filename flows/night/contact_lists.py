"""The contacts of long-term follow-up in a site's list: what each subject owes, overdue ones first.

Belongs here: which contacts a site is told of, and how. What is owed is worked out in transforms/endpoints/adcal.sql.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.words import Words

# What is overdue, whose days have begun, and the next one of each subject; what was missed can't be made up for and is in the report.
CONTACTS: Final = """
    SELECT c.*, s.language
    FROM adam.adcal AS c LEFT JOIN meta.site AS s ON c.study_id = s.study_id AND c.site_id = s.site_id
    WHERE c.state IN ('overdue', 'due', 'not known') OR c.nextfl = 'Y'
    ORDER BY c.study_id, c.site_id, list_position(['overdue', 'due', 'later', 'not known'], c.state), c.duedt, c.subject_id, c.visitn
"""
SHEET: Final = "calendar"
SUFFIX: Final = ".calendar.csv"
COLUMNS: Final = ("subject", "contact", "state", "due", "from", "to", "known", "remark")
WIDTHS: Final = (18, 16, 14, 12, 12, 12, 12, 44)


def contact_cells(rows: pl.DataFrame, words: Words) -> pl.DataFrame:
    """The rows of one site as cells, each text, under the names of their columns."""
    cells = [
        (
            row["subject_id"],
            words("calendar.months", n=row["months"]),
            words(f"calendar.state.{row['state'].replace(' ', '_')}"),
            *(str(row[name]) for name in ("duedt", "opendt", "closedt")),
            str(row["knowndt"] or words("unknown")),
            words("calendar.may_have_died") if row["unkfl"] == "Y" else "",
        )
        for row in rows.iter_rows(named=True)
    ]
    header = [words(f"calendar.column.{name}") for name in COLUMNS]
    return pl.DataFrame(cells, schema=dict.fromkeys(header, pl.String), orient="row")
