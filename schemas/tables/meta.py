"""Schema meta: what the studies define, where the data came from, what was wrong with it, and what was run."""

from __future__ import annotations

from schemas.tables.table import Table, described

STUDY = Table(
    "meta",
    "study",
    "One row per study.",
    ("study_id",),
    described(
        "study_id VARCHAR Study",
        "title VARCHAR Title",
        "registry_id VARCHAR Trial registry number",
        "design VARCHAR Design in words",
        "citation VARCHAR Publication",
        "youngest_years DOUBLE Lowest age the protocol enrolls; blank: no such bound",
        "oldest_years DOUBLE Highest age the protocol enrolls; blank: no such bound",
        "data_cut DATE Events after this day are not seen; blank for none",
        "latest_extract DATE Date of the latest export used",
        "build_key VARCHAR Hash of all that the study's tables follow from",
    ),
)

DEFINITIONS = (
    Table(
        "meta",
        "planned_infusion",
        "One row per infusion the protocol plans.",
        ("study_id", "infusion_number"),
        described(
            "study_id VARCHAR Study",
            "infusion_number BIGINT Infusion",
            "label VARCHAR The infusion in words",
        ),
    ),
    Table(
        "meta",
        "planned_target",
        "One row per planned infusion and antigen its product may be directed against.",
        ("study_id", "infusion_number", "target"),
        described(
            "study_id VARCHAR Study",
            "infusion_number BIGINT Infusion",
            "target VARCHAR Target its product may have",
        ),
    ),
    Table(
        "meta",
        "response_window",
        "One row per infusion with a response window.",
        ("study_id", "infusion_number"),
        described(
            "study_id VARCHAR Study",
            "infusion_number BIGINT Infusion",
            "day BIGINT Day after the infusion on which response is due",
            "from_day BIGINT First day that counts",
            "to_day BIGINT Last day that counts",
        ),
    ),
    Table(
        "meta",
        "responder",
        "One row per infusion and response that counts as responding.",
        ("study_id", "infusion_number", "response"),
        described(
            "study_id VARCHAR Study",
            "infusion_number BIGINT Infusion",
            "response VARCHAR Response that counts",
        ),
    ),
    Table(
        "meta",
        "population",
        "One row per population.",
        ("study_id", "population"),
        described(
            "study_id VARCHAR Study",
            "population VARCHAR Name",
            "label VARCHAR The population in words",
            "infused BIGINT Received this infusion; blank: no such condition",
            "evaluable_after BIGINT Evaluable after this infusion; blank: no such condition",
            "responded_after BIGINT Responder after this infusion; blank: no such condition",
            "transplanted BOOLEAN Transplanted in remission, or not; blank: no such condition",
            "has_transplant BOOLEAN Has a transplant on record, or not; blank: no such condition",
        ),
    ),
    Table(
        "meta",
        "origin",
        "One row per time origin.",
        ("study_id", "origin"),
        described(
            "study_id VARCHAR Study",
            "origin VARCHAR Name",
            "label VARCHAR The origin in words",
            "kind VARCHAR infusion, remission, transplant or enrollment",
            "infusion_number BIGINT The infusion meant, or the one it follows",
        ),
    ),
    Table(
        "meta",
        "endpoint",
        "One row per time-to-event endpoint.",
        ("study_id", "paramcd"),
        described(
            "study_id VARCHAR Study",
            "paramcd VARCHAR Name",
            "param VARCHAR The endpoint in words",
            "kind VARCHAR os, lfs, efs, cir or nrm",
            "population VARCHAR Population counted",
            "origin VARCHAR Day 0",
            "transplant VARCHAR What transplant does: ignore, censor, competing or event",
            "censor_at VARCHAR last_contact or last_assessment",
        ),
    ),
    Table(
        "meta",
        "endpoint_role",
        "One row per endpoint and happening that has a role in it.",
        ("study_id", "paramcd", "happening"),
        described(
            "study_id VARCHAR Study",
            "paramcd VARCHAR Endpoint",
            "happening VARCHAR What happens",
            "role VARCHAR event, competing or censor",
        ),
    ),
    Table(
        "meta",
        "toxicity",
        "One row per adverse event the protocol reports.",
        ("study_id", "term"),
        described(
            "study_id VARCHAR Study",
            "term VARCHAR Adverse event",
            "scale VARCHAR Grading scale of the protocol",
            "severe_grade BIGINT Lowest grade that is severe",
            "window_days BIGINT Days after the infusion within which onset counts; blank: no limit",
        ),
    ),
    Table(
        "meta",
        "recovery",
        "One row per recovery that measurements show.",
        ("study_id", "happening"),
        described(
            "study_id VARCHAR Study",
            "happening VARCHAR Recovery",
            "test VARCHAR What is measured",
            "matrix VARCHAR In what",
            "above DOUBLE The first value above it is the recovery, in `unit`",
            "unit VARCHAR Unit of the value",
            "from_day BIGINT Samples before this day after the first infusion do not count",
        ),
    ),
    Table(
        "meta",
        "imputation",
        "One row per date column for which the protocol says which day stands in for a partial date.",
        ("study_id", "domain", "column_name"),
        described(
            "study_id VARCHAR Study",
            "domain VARCHAR Core table",
            "column_name VARCHAR Date column",
            "rule VARCHAR earliest, middle or latest of the days that are possible",
            "not_before VARCHAR infusion: no day before the infusion is possible; nothing: no such bound",
        ),
    ),
    Table(
        "meta",
        "accepted_fall",
        "One row per declared acceptance of a fall of a core table's rows, which would else keep the last night published.",
        ("study_id", "table_name", "applies_until", "rows"),
        described(
            "study_id VARCHAR Study",
            "table_name VARCHAR Core table",
            "rows BIGINT Rows it may fall to",
            "reason VARCHAR Why the fall is right",
            "decided_by VARCHAR Who decided so",
            "decided_on DATE When",
            "applies_until DATE Last night for which it holds",
        ),
    ),
    Table(
        "meta",
        "risk_factor",
        "One row per risk factor and source it is taken from.",
        ("study_id", "risk_factor", "source_domain", "source_name"),
        described(
            "study_id VARCHAR Study",
            "risk_factor VARCHAR Name",
            "label VARCHAR The risk factor in words",
            "source_domain VARCHAR Core table it is taken from",
            "source_name VARCHAR Column, characteristic, finding or kind within it",
            "infusion_number BIGINT Infusion meant, where the source belongs to one",
            "time_dependent BOOLEAN Known only some time after the origin",
            "cut DOUBLE Values at or above it form the upper level",
            "within_months DOUBLE Of a factor known only later: what comes after so many months no longer counts",
            "unit VARCHAR Unit of a continuous factor",
        ),
    ),
    Table(
        "meta",
        "risk_level",
        "One row per value that belongs to a named level of a risk factor.",
        ("study_id", "risk_factor", "level", "value"),
        described(
            "study_id VARCHAR Study",
            "risk_factor VARCHAR Risk factor",
            "position BIGINT Order in print; 1 is the reference",
            "level VARCHAR Level",
            "value VARCHAR Value that belongs to it",
        ),
    ),
)

SOURCE_FILE = Table(
    "meta",
    "source_file",
    "One row per export file used.",
    ("study_id", "site_id", "source_file"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "source_file VARCHAR Path below the study's landing folder",
        "extract_date DATE Date of the export",
        "sha256 VARCHAR Hash of the file",
        "bytes BIGINT Size of the file",
        "staging_key VARCHAR Folder below staging/ that holds its records",
        "incremental BOOLEAN Holds only what is new or changed since the export before",
    ),
)

RECONCILIATION = Table(
    "meta",
    "reconciliation",
    "One row per export file and sheet: rows_read = accepted + quarantined + duplicate + superseded + set_aside + unclaimed.",
    ("study_id", "site_id", "source_file", "source_sheet"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "extract_date DATE Date of the export",
        "rows_read BIGINT Rows with any content below the header",
        "accepted BIGINT Rows of which every record was accepted",
        "quarantined BIGINT Rows of which at least one record was quarantined",
        "duplicate BIGINT Rows equal to an earlier row in every cell",
        "superseded BIGINT Rows that a later export of the site replaces",
        "set_aside BIGINT Rows the mapping declares to be no data (totals)",
        "unclaimed BIGINT Rows no part of the mapping takes; each is a site query",
    ),
)

RECORD_COUNT = Table(
    "meta",
    "record_count",
    "One row per export file, sheet and domain: records = accepted + quarantined.",
    ("study_id", "site_id", "source_file", "source_sheet", "domain"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "domain VARCHAR Core table",
        "records BIGINT Records conformed",
        "accepted BIGINT Records accepted",
        "quarantined BIGINT Records quarantined",
    ),
)

QUARANTINE = Table(
    "meta",
    "quarantine",
    "One row per quarantined record and rule it fails, of the exports in force.",
    (
        "study_id",
        "site_id",
        "source_file",
        "source_sheet",
        "source_row",
        "domain",
        "column_name",
        "rule_id",
        "record",
    ),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it",
        "source_column VARCHAR Header of the column in the export",
        "domain VARCHAR Core table the record was meant for",
        "column_name VARCHAR Canonical column",
        "rule_id VARCHAR Rule it fails",
        "remedy VARCHAR What the site should mend",
        "extract_date DATE Date of the export",
        "record VARCHAR The conformed record as JSON; columns marked personal are never in it",
    ),
)

SITE_QUERY = Table(
    "meta",
    "site_query",
    "One row per question to a site: open, closed by a later export, or waived.",
    ("study_id", "query_id"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR Stable id: the same value of the same record keeps it from night to night",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject; empty where the question is about a whole row, column or file",
        "domain VARCHAR Core table; empty where the question is about a whole row, column or file",
        "column_name VARCHAR Canonical column",
        "source_column VARCHAR Header of the column in the export",
        "rule_id VARCHAR Rule",
        "severity VARCHAR quarantine: the record waits; query: it is used meanwhile",
        "remedy VARCHAR What the site should mend or confirm",
        "question VARCHAR The same in the language of the site",
        "status VARCHAR open, closed (a later export mended it) or waived",
        "first_seen DATE Export since which it has been asked without a break",
        "last_seen DATE Latest export that had the problem",
        "closed_on DATE Export that no longer had it",
        "waived_because VARCHAR Why the value stands, where waived",
        "source_file VARCHAR Path below the study's landing folder, in the latest export that had it",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it",
    ),
)

PARTIAL_DATE = Table(
    "meta",
    "partial_date",
    "One row per state of a record and date of which a part is missing.",
    ("study_id", "domain", "record_id", "column_name", "valid_from"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record",
        "column_name VARCHAR Date column",
        "sent VARCHAR The date as the site wrote it",
        "precision VARCHAR month, year or unknown: what is known",
        "earliest DATE First day it can mean",
        "latest DATE Last day it can mean",
        "rule VARCHAR Rule of the protocol; blank for none",
        "imputed_date DATE Day that stands in for it in the core table; blank where none does",
        "valid_from DATE First extract date on which the record stood so",
        "valid_to DATE Extract date on which it no longer stood so; blank for the current state",
    ),
)

CORRECTION = Table(
    "meta",
    "correction",
    "One row per declared correction of a site's data and export file it was applied to.",
    ("study_id", "site_id", "correction_id", "source_file"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "correction_id VARCHAR The correction, in the site's mapping",
        "source_file VARCHAR Path below the study's landing folder",
        "rows BIGINT Rows it changed there",
        "column_name VARCHAR Column of the export it mends",
        "reason VARCHAR Why",
        "reported_by VARCHAR Who reported it",
        "reported_on DATE When",
        "applies_until DATE Extract date of the last export that needs it; blank while not known",
    ),
)

RULE_LIMIT = Table(
    "meta",
    "rule_limit",
    "One row per site and rule whose failures have a limit; the rule * stands for all others.",
    ("study_id", "site_id", "rule_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "rule_id VARCHAR Rule, or * for every rule without a limit of its own",
        "rate DOUBLE A larger share of records failing it is an alarm",
        "count BIGINT Fewer failures than this never are",
    ),
)

RULE_FAILURE = Table(
    "meta",
    "rule_failure",
    "One row per site and rule with open queries.",
    ("study_id", "site_id", "rule_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "rule_id VARCHAR Rule",
        "failures BIGINT Open queries",
        "records BIGINT Records in force the rule is about; rows, where it is about rows",
        "rate DOUBLE failures / records",
        "limit_rate DOUBLE Limit of the rate; blank for none",
        "limit_count BIGINT Fewer failures than this are no alarm; blank for none",
        "exceeded BOOLEAN Whether the limits of the site are exceeded",
    ),
)

PUBLISHED_FIGURE = Table(
    "meta",
    "published_figure",
    "One row per figure the study's paper prints.",
    ("study_id", "figure_id"),
    described(
        "study_id VARCHAR Study",
        "figure_id VARCHAR Figure",
        "origin VARCHAR result; design: decided before; cited: of another study",
        "statistic VARCHAR What it is",
        "says VARCHAR As printed",
        "unit VARCHAR Unit as printed",
        "population VARCHAR Who is counted, as the paper says",
        "count VARCHAR Numerator of denominator, printed or implied",
        "ci_low VARCHAR Lower bound as printed",
        "ci_high VARCHAR Upper bound as printed",
        "at_months DOUBLE Time point",
        "quote VARCHAR The sentence it stands in",
        "note VARCHAR Where the paper contradicts itself, or why nothing can be compared",
        "position BIGINT Order in the paper",
    ),
)

SITE = Table(
    "meta",
    "site",
    "One row per site of a study.",
    ("study_id", "site_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "name VARCHAR Name of the site",
        "language VARCHAR Language of its query lists: en or zh",
        "every_days BIGINT An export is due every so many days; blank: not agreed",
    ),
)

WAIVER = Table(
    "meta",
    "waiver",
    "One row per question to a site that was settled: the value stands.",
    ("study_id", "query_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "query_id VARCHAR The question",
        "reason VARCHAR Why the value stands",
        "decided_by VARCHAR Who decided so",
        "decided_on DATE When",
    ),
)

RULE = Table(
    "meta",
    "rule",
    "One row per rule records are held to.",
    ("rule_id",),
    described(
        "rule_id VARCHAR Rule",
        "domain VARCHAR Core table",
        "severity VARCHAR quarantine or query",
        "columns VARCHAR Columns to look at",
        "remedy VARCHAR What the site should mend or confirm",
        "remedy_zh VARCHAR The same in Chinese",
    ),
)

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

RUN = Table(
    "meta",
    "run",
    "One row: the run that built this file.",
    ("run_id",),
    described(
        "run_id VARCHAR Run",
        "started_at TIMESTAMP Start, UTC",
        "started_by VARCHAR schedule, ui or command line",
        "as_of DATE Exports after this day do not count",
        "data_cut DATE Data cut of the run, where it overrides those of the protocols",
        "code_version VARCHAR Version of Cartrove",
        "code_hash VARCHAR Hash of its code",
        "manifest_hash VARCHAR Hash of all build keys: equal hashes, equal tables",
        "log_hash VARCHAR Hash of the line in the run log with which the run began",
    ),
)

TABLE_HASH = Table(
    "meta",
    "table_hash",
    "One row per table: a hash of its content, whatever the order of its rows; equal hashes, equal rows.",
    ("table_name",),
    described(
        "table_name VARCHAR Table, as schema.table",
        "rows BIGINT Rows",
        "hash VARCHAR Hash of its rows, every number exact",
        "of_the_run BOOLEAN Tells of the run and its day, so that it may differ where all inputs are the same",
    ),
)

RUN_STUDY = Table(
    "meta",
    "run_study",
    "One row per study the run was asked for.",
    ("study_id",),
    described(
        "study_id VARCHAR Study",
        "state VARCHAR built, reused (nothing changed), carried over (failed; tables are of an earlier night) or failed",
        "build_key VARCHAR Hash of all that its tables follow from",
        "message VARCHAR Why it failed",
    ),
)

ALARM = Table(
    "meta",
    "alarm",
    "One row per site and alarm of this night.",
    ("study_id", "site_id", "kind", "what"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "kind VARCHAR missing export, repeated export, rejected export or limit exceeded",
        "what VARCHAR What happened",
    ),
)

SOURCE_COLUMN = Table(
    "meta",
    "source_column",
    "One row per export file, entry of the site's mapping that makes records of it, and canonical column it fills.",
    ("study_id", "site_id", "source_file", "source_sheet", "source_feed", "column_name"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet; empty for a file without sheets",
        "source_feed BIGINT Entry of the mapping, counted through the sheet; core records name theirs",
        "domain VARCHAR Core table",
        "column_name VARCHAR Canonical column",
        "source_column VARCHAR Header of the column in the export; several joined by +, or by `or` where the first given counts; blank for a constant",
        "origin VARCHAR column, constant, first of several or joined",
        "conversion VARCHAR What the mapping does to the text: decode, unit, days since, divided by ...; blank for nothing",
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

META = (
    STUDY,
    SITE,
    *DEFINITIONS,
    SOURCE_FILE,
    SOURCE_COLUMN,
    RECONCILIATION,
    RECORD_COUNT,
    QUARANTINE,
    SITE_QUERY,
    WAIVER,
    PARTIAL_DATE,
    CORRECTION,
    RULE_LIMIT,
    RULE_FAILURE,
    PUBLISHED_FIGURE,
    LABORATORY_UNIT,
    RULE,
    DICTIONARY,
    MACRO,
    CODELIST,
    RUN,
    RUN_STUDY,
    ALARM,
    TABLE_HASH,
)
