"""Schema meta: what the studies and their sites define."""

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
        "first_day DATE Nothing of the study is older; blank: no such bound",
        "data_cut DATE Events after this date are ignored; blank for none",
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
        "One row per time origin: those of the protocol, and those of other admissible definitions (beside_...).",
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
            "kind VARCHAR os, lfs, efs, cir, nrm or recovery",
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
            "domain VARCHAR Core table whose records tell of it",
        ),
    ),
    Table(
        "meta",
        "estimand",
        "One row per time-to-event endpoint and intercurrent event, with how the protocol handles it (ICH E9(R1)).",
        ("study_id", "paramcd", "intercurrent_event"),
        described(
            "study_id VARCHAR Study",
            "paramcd VARCHAR Endpoint",
            "population VARCHAR Population counted",
            "origin VARCHAR Day 0",
            "variable VARCHAR What the time runs to: the first of these happenings, joined by dots",
            "intercurrent_event VARCHAR What may happen after day 0: death, transplant, consolidation, next_infusion, or what competes",
            "strategy VARCHAR composite: part of the variable; while_free: the time while free of it, a competing event; "
            "hypothetical: censored, as if it would not happen; treatment_policy: what comes after it counts; "
            "population: who is counted is chosen by it, which is no principal stratum",
            "position BIGINT Order in print within the study",
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
        "toxicity_infusion",
        "One row per adverse event and infusion after which alone sites report it; none: after each.",
        ("study_id", "term", "infusion_number"),
        described(
            "study_id VARCHAR Study",
            "term VARCHAR Adverse event",
            "infusion_number BIGINT Infusion",
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
