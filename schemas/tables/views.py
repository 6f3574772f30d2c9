"""Views of the published file, which lead from endpoint rows to records and from records to cells of exports.

Each is made by the SQL file of its name in warehouse/sql/views. They hold nothing of their own.
"""

from __future__ import annotations

from schemas.tables.results import ANALYSIS, WORDS
from schemas.tables.table import Table, described

ENDPOINT_SOURCE = Table(
    "meta",
    "endpoint_source",
    "One row per endpoint row, column of it and core record it rests on.",
    ("study_id", "endpoint_table", "endpoint_key", "endpoint_column", "srcdom", "srcvar", "srcseq"),
    described(
        "study_id VARCHAR Study",
        "endpoint_table VARCHAR Endpoint table, as adam.adtte",
        "endpoint_key VARCHAR Key of the row within table and study, its parts joined by |",
        "endpoint_column VARCHAR Column of it; empty for the row as a whole",
        "subject_id VARCHAR Subject of the row",
        "endpoint_value VARCHAR What the row says, in words",
        "srcdom VARCHAR Core table it rests on",
        "srcvar VARCHAR Column of that table",
        "srcseq VARCHAR record_id within that table",
    ),
)

BASIS = Table(
    "results",
    "basis",
    "One row per endpoint row a result rests on, and role it has there, as results.selection chooses or lists them; results on the same rows share them.",
    ("study_id", "basis_id", "role", "endpoint_table", "endpoint_column", "endpoint_key"),
    described(
        "study_id VARCHAR Study",
        "basis_id VARCHAR The rows together, named by results.analysis",
        "role VARCHAR counted: in the denominator or risk set; event: in the numerator; group: what put the subject into its group; value: the value itself",
        "endpoint_table VARCHAR Endpoint table, as adam.adtte",
        "endpoint_column VARCHAR Column of it that was used; empty for the row as a whole",
        "subject_id VARCHAR Subject",
        "endpoint_key VARCHAR Key of the row within table and study, its parts joined by |",
    ),
)

RECORD = Table(
    "meta",
    "record",
    "One row per core record of any domain and state it went through.",
    ("study_id", "domain", "record_id", "valid_from"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet; empty for a file without sheets",
        "source_row BIGINT Row as a person sees it",
        "valid_from DATE First extract date on which the record stood so",
        "valid_to DATE Extract date on which it no longer stood so; blank for the current state",
    ),
)

SOURCE_CELL = Table(
    "meta",
    "source_cell",
    "One row per core record, state it went through and column its site's mapping fills.",
    ("study_id", "domain", "record_id", "valid_from", "column_name"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record",
        "column_name VARCHAR Column of the core table",
        "value VARCHAR What the core table holds, after decoding and conversion",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet; empty for a file without sheets",
        "source_row BIGINT Row as a person sees it",
        "source_column VARCHAR Header of the column in the export; blank for a constant of the mapping",
        "origin VARCHAR column, constant, first of several or joined",
        "conversion VARCHAR What the mapping does to the text; blank for nothing",
        "valid_from DATE First extract date on which the record stood so",
        "valid_to DATE Extract date on which it no longer stood so; blank for the current state",
    ),
)

ANALYSIS_EN, ANALYSIS_ZH = (
    Table(
        "results",
        f"analysis_{language}",
        f"One row per statistic, in words: {called}.",
        ANALYSIS.key,
        (*ANALYSIS.columns, *WORDS),
    )
    for language, called in (("en", "English"), ("zh", "Chinese"))
)

# In the order in which they are made.
VIEWS = (BASIS, ENDPOINT_SOURCE, RECORD, SOURCE_CELL, ANALYSIS_EN, ANALYSIS_ZH)
