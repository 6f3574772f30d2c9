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

COUNT_PHASE = Table(
    "meta",
    "count_phase",
    "One row per scheme of grades of hematotoxicity and phase after the infusion.",
    ("scheme", "phase"),
    described(
        "scheme VARCHAR Scheme: ICAHT (neutrophils) or T-ICAHT (platelets)",
        "phase VARCHAR Phase: early or late",
        "test VARCHAR Count that is graded",
        "unit VARCHAR Unit of its limits",
        "from_day BIGINT First day of the phase, days since the infusion",
        "to_day BIGINT Last day of the phase",
        "recovery_days BIGINT Days in a row above a limit that are a recovery",
        "supported_days BIGINT A count so many days after a platelet transfusion is no recovery; blank: transfusions do not matter",
        "bridged_days BIGINT Longest stretch without samples that is filled by a straight line",
        "source VARCHAR Publication of the scheme",
    ),
)

COUNT_CRITERION = Table(
    "meta",
    "count_criterion",
    "One row per criterion of a grade of hematotoxicity.",
    ("scheme", "position"),
    described(
        "scheme VARCHAR Scheme",
        "position BIGINT Order in the scheme",
        "phase VARCHAR Phase",
        "grade BIGINT Grade it makes",
        "limitn DOUBLE Limit of the count, in `unit`",
        "at_limit BOOLEAN Whether a count at the limit is low",
        "unit VARCHAR Unit of the limit",
        "days BIGINT Least number of days with low counts; blank: not asked",
        "samples BIGINT Least number of days with a low sample; blank: not asked",
        "never_above_from BIGINT No recovery from this day, or an earlier one, on; blank: not asked",
    ),
)

CTCAE_CHEMISTRY = Table(
    "meta",
    "ctcae_chemistry",
    "One row per version of CTCAE, adverse event of chemistry or coagulation, and limit of a grade.",
    ("scale", "term", "position"),
    described(
        "scale VARCHAR Grading scale",
        "term VARCHAR Adverse event",
        "test VARCHAR Laboratory test",
        "position BIGINT Place of the limit",
        "grade BIGINT Lowest grade of a result beyond the limit",
        "side VARCHAR above or below",
        "limitn DOUBLE Limit, in the standard unit of the test, or as a multiple of `limit_of`",
        "limit_of VARCHAR What the limit is a multiple of: upper or lower limit of normal, before (value before the first infusion; the next two only where it is beyond the limit of normal), before_if_high, before_if_low, upper_if_before_not_high, upper_or_before (the higher one); empty for none",
    ),
)

SCORE_ITEM = Table(
    "meta",
    "score_item",
    "One row per item of a score, test and limit, or factor, of it.",
    ("score", "item", "position"),
    described(
        "score VARCHAR Score",
        "item VARCHAR Item of the score",
        "position BIGINT Place of the limit within the item",
        "kind VARCHAR points, or product of values",
        "take VARCHAR last: results of the latest day; any: of any day",
        "required BOOLEAN Whether without it the other items tell nothing",
        "test VARCHAR Laboratory test",
        "side VARCHAR Points are for what lies above or below the limit",
        "limitn DOUBLE Limit, in the standard unit of the test, or as a multiple of `limit_of`",
        "at_limit BOOLEAN Whether the limit itself has the points",
        "limit_of VARCHAR What the limit is a multiple of: upper or lower limit of normal, before (value before the infusion), upper_or_before (the higher one); empty for none",
        "points BIGINT Points",
        "power BIGINT Of a product: 1 multiplies, -1 divides",
        "factor DOUBLE Of a product: brings a value from the standard unit into that of the formula",
    ),
)

CTCAE_CRITERION = Table(
    "meta",
    "ctcae_criterion",
    "One row per version of CTCAE, adverse event that a low blood count is, and grade.",
    ("scale", "term", "grade"),
    described(
        "scale VARCHAR Version, a grading scale of its own",
        "term VARCHAR Adverse event",
        "test VARCHAR Count that is graded",
        "grade BIGINT Grade of a count below the limit",
        "limitn DOUBLE Limit, in the standard unit of the test",
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
