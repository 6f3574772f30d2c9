"""Schema meta: what can be looked up: columns, code lists, units, macros."""

from __future__ import annotations

from schemas.tables.table import Table, described

DICTIONARY = Table(
    "meta",
    "data_dictionary",
    "One row per column of the warehouse.",
    ("table_schema", "table_name", "column_name"),
    described(
        "table_schema VARCHAR Schema",
        "table_name VARCHAR Table",
        "column_name VARCHAR Column",
        "data_type VARCHAR Type",
        "description VARCHAR Meaning",
        "unit VARCHAR Unit",
        "codelist VARCHAR Code list, in meta.codelist",
        "position BIGINT Order in the table",
    ),
)

CODELIST = Table(
    "meta",
    "codelist",
    "One row per code.",
    ("codelist", "code"),
    described(
        "codelist VARCHAR Code list",
        "code VARCHAR Code",
        "meaning VARCHAR What it means",
        "position BIGINT Order in the list",
    ),
)

LABORATORY_UNIT = Table(
    "meta",
    "laboratory_unit",
    "One row per laboratory test and unit it may be sent in.",
    ("test", "unit"),
    described(
        "test VARCHAR Laboratory test",
        "unit VARCHAR Unit as a site may write it",
        "standard_unit VARCHAR Unit of adam.adlb",
        "factor DOUBLE How many of the standard unit one of it is",
    ),
)

MACRO = Table(
    "meta",
    "macro",
    "One row per table macro, which is called like a table: from adam.km('study', 'lfs').",
    ("macro_schema", "macro_name"),
    described(
        "macro_schema VARCHAR Schema",
        "macro_name VARCHAR Name",
        "parameters VARCHAR Parameters in their order, and defaults of those that may be left out",
        "description VARCHAR What it gives",
        "grain VARCHAR What one row is",
        "rule VARCHAR Rules and caveats",
        "example VARCHAR A call",
    ),
)
