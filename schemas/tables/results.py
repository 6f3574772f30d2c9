"""Schema results: what was computed, one long table of statistics and one of curves."""

from __future__ import annotations

from schemas.tables.table import Table, described

# Who is counted where no population of the protocol is: each has words of its own.
SETS = (
    "enrolled",
    "received",
    "evaluable",
    "in_response",
    "mrd_examined",
    "relapsed",
    "deceased",
    "both_infusions",
    "both_sampled",
    "sampled",
)
# What tells a result apart: the parts of CDISC's Analysis Results Standard, as keys and typed parameters. No word a reader sees is
# among them. A text that does not apply is empty, a number that does not apply is blank.
ANALYSIS_SET = described(
    "analysis_set VARCHAR Who is counted: a population of the protocol, or enrolled, received (the infusion), evaluable, in_response (responders), mrd_examined (responders examined for residual disease), relapsed, deceased, both_infusions, both_sampled, sampled",
)
DATA_SUBSET = described(
    "endpoint VARCHAR Endpoint of the protocol it is about",
    "infusion BIGINT Infusion it is about",
    "other_infusion BIGINT Infusion it is compared with",
    "measure VARCHAR What is counted or measured, where the analysis has several: responders, onset, cmax ...",
    "term VARCHAR Adverse event",
    "grade BIGINT Lowest grade counted; 1 for any",
    "assay VARCHAR Assay of the cells",
    "matrix VARCHAR Where the sample is from",
    "quantity VARCHAR Quantity of the cells",
    "definition VARCHAR Of an endpoint under another definition: its day 0, transplant, censoring and relapse, joined by dots",
    "time_months DOUBLE Time point of the estimate (months)",
)
GROUPING = described(
    "factor VARCHAR Risk factor or characteristic of the protocol; two joined by : for an interaction; empty for all subjects",
    "level VARCHAR Level of the factor",
    "reference_level VARCHAR Level it is held against",
)
METHOD = described(
    "fit VARCHAR How covariates enter a model: univariable, multivariable, as_if_known (on day 0) or landmark",
    "landmark_months DOUBLE From when a landmark analysis or a conditional survival counts, or by when transplant has happened or not (months)",
)
COMPARED = described(
    "compared_study VARCHAR Other study it is held against",
    "compared_endpoint VARCHAR Endpoint of that study",
)
KEYS = (*ANALYSIS_SET, *DATA_SUBSET, *GROUPING, *METHOD, *COMPARED)
# The columns that make a row of results.analysis within its study; `result_id` is their hash.
KEY_COLUMNS = ("analysis_id", "statistic", *(column.name for column in KEYS))

ANALYSIS = Table(
    "results",
    "analysis",
    "One row per statistic.",
    ("study_id", *KEY_COLUMNS),
    (
        *described(
            "study_id VARCHAR Study",
            "result_id VARCHAR Identifier to quote: made of the keys of the row alone, so the same from night to night, whatever words stand beside it",
            "analysis_id VARCHAR Analysis: an endpoint, response.i1, toxicity.i1, cox.lfs, logistic.cr, baseline ...",
            "section VARCHAR survival, competing, curves (what else is asked of curves), shares (how far shares lie apart), measured (measurements by group), selection (covariates screened), fitted (a model's predictions and contrasts), cut_point (cuts that data chose), several_tests (p values adjusted for their number), response, toxicity, adverse_events, hematotoxicity, prolonged_cytopenia (counts on a day), supportive_care (by period), scores (from laboratory results), vein_to_vein (from the collection of cells to the infusion), stopping (boundaries that stop the trial), deaths (by class), interim (looks at a test before the end), paired, model, kinetics, transplant, multi_state, response_design, subgroup, censoring, dose_finding, recurrent, win_ratio, fragility, definitions, benchmark, lateness (expected once sites have caught up), baseline, disposition, followup, relapse or death",
            "statistic VARCHAR What the estimate is",
        ),
        *KEYS,
        *described(
            "estimate DOUBLE The estimate, in `unit`",
            "ci_low DOUBLE Lower bound of the interval",
            "ci_high DOUBLE Upper bound of the interval",
            "ci_level DOUBLE Level of the interval, 0.95 for 95%",
            "method VARCHAR Estimator and interval: a code of schemas/methods.py",
            "p_value DOUBLE p value",
            "p_method VARCHAR Test the p value is from: a code of schemas/methods.py",
            "n BIGINT Subjects counted",
            "events BIGINT Events, or the numerator of a proportion",
            "at_risk BIGINT Subjects at risk at the time point (T >= t)",
            "unit VARCHAR Unit of the estimate: fraction, months, days, years, ratio ...",
            "status VARCHAR estimated or not estimable",
            "position BIGINT Order in print within the study",
            "purpose VARCHAR primary, secondary or exploratory, as the protocol states its outcomes; empty where it states none",
            "headline BIGINT Place among the figures a reader looks for first, in the protocol's order; blank for all others",
            "basis_id VARCHAR The endpoint rows it rests on, in results.basis; blank where there are none",
        ),
    ),
)

REASON = Table(
    "results",
    "reason",
    "One row per statistic and reason: why it is not estimable, or what to beware of.",
    ("study_id", "result_id", "position"),
    described(
        "study_id VARCHAR Study",
        "result_id VARCHAR Row of results.analysis",
        "position BIGINT Order within the row",
        "code VARCHAR Reason, of the closed list in schemas/reasons.py",
        "arguments VARCHAR What the reason is filled with, as JSON: counts, times, names",
    ),
)

# What a reader is told of a row, in a language.
WORDS = described(
    "label VARCHAR The row in words",
    "population VARCHAR Who is counted, in words; of a model, how its covariates enter",
    "group_name VARCHAR Factor, adverse event or variable in words; empty for all subjects",
    "group_level VARCHAR Level within group_name in words; of a model, level against reference",
    "note VARCHAR Why it is not estimable, or what to beware of",
    "method_name VARCHAR method in words",
    "p_method_name VARCHAR p_method in words",
    "unit_name VARCHAR unit in words",
)

WORDING = Table(
    "results",
    "wording",
    "One row per statistic and language.",
    ("study_id", "result_id", "language"),
    (
        *described(
            "study_id VARCHAR Study",
            "result_id VARCHAR Row of results.analysis",
            "language VARCHAR en or zh",
        ),
        *WORDS,
    ),
)

SELECTION = Table(
    "results",
    "selection",
    "One row per basis and part of it: the endpoint rows of one role, table and column, by what chooses them; results on the same rows share them.",
    ("study_id", "basis_id", "part"),
    described(
        "study_id VARCHAR Study",
        "basis_id VARCHAR The parts together, named by results.analysis",
        "part BIGINT Number of the part, from 1",
        "role VARCHAR counted: in the denominator or risk set; event: in the numerator; group: what put the subject into its group; value: the value itself",
        "endpoint_table VARCHAR Endpoint table, as adam.adtte",
        "endpoint_column VARCHAR Column of it that was used; empty for the row as a whole",
        "listedfl VARCHAR Y: listed row by row, since no condition says which; N: chosen by conditions",
        "rows_id VARCHAR The rows, by their conditions in results.condition; or, where no condition says which, their list in results.listed_row",
        "among_id VARCHAR Whose rows alone they are, in results.among; blank for whoever has some",
        "row_count BIGINT Endpoint rows it chose when the result was computed",
        "subject_count BIGINT Subjects of those rows",
    ),
)

AMONG = Table(
    "results",
    "among",
    "One row per group of subjects and rows that each of them has some of; who has some of all is in the group.",
    ("study_id", "among_id", "rows_id"),
    described(
        "study_id VARCHAR Study",
        "among_id VARCHAR The group, named by results.selection",
        "rows_id VARCHAR The rows, by their conditions in results.condition",
    ),
)

CONDITION = Table(
    "results",
    "condition",
    "One row per condition on rows of an endpoint table, and value it allows: all conditions hold, and of the values of one any.",
    ("study_id", "rows_id", "column_name", "operator", "value"),
    described(
        "study_id VARCHAR Study",
        "rows_id VARCHAR The rows, named by results.selection and results.among",
        "endpoint_table VARCHAR Endpoint table the rows are of, as adam.adrisk",
        "column_name VARCHAR Column of that table; empty where there is no condition, so that every row is meant",
        "operator VARCHAR is, known, blank, at_least, below or above; empty for none",
        "value VARCHAR What the column is compared with; empty for known and blank",
    ),
)

LISTED_ROW = Table(
    "results",
    "listed_row",
    "One row per endpoint row of a part of a basis that no condition says.",
    ("study_id", "rows_id", "endpoint_key"),
    described(
        "study_id VARCHAR Study",
        "rows_id VARCHAR The list, named by results.selection",
        "subject_id VARCHAR Subject",
        "endpoint_key VARCHAR Key of the row within table and study, its parts joined by |",
    ),
)

CURVE = Table(
    "results",
    "curve",
    "One row per curve and time at which it steps or a subject leaves, time 0 included.",
    ("study_id", "analysis_id", "statistic", "factor", "level", "time_months"),
    described(
        "study_id VARCHAR Study",
        "analysis_id VARCHAR Analysis the curve belongs to: an endpoint, a multi-state model, curves.os ...",
        "statistic VARCHAR survival, cumulative_incidence, competing_incidence or state_probability",
        "factor VARCHAR Risk factor the curve is split by; empty for all subjects",
        "level VARCHAR Level of that risk factor; of a multi-state model, the state",
        "time_months DOUBLE Time since the origin (months)",
        "estimate DOUBLE Probability at that time",
        "ci_low DOUBLE Lower bound of its interval",
        "ci_high DOUBLE Upper bound of its interval",
        "at_risk BIGINT Subjects at risk at that time (T >= t); of a state, those in it",
        "events BIGINT Events at that time; of a state, moves into it",
        "censored BIGINT Subjects censored at that time; of a state, last seen in it",
    ),
)

CURVE_BESIDE = Table(
    "results",
    "curve_beside",
    "One row per curve of an endpoint under another definition, or with an interval of another kind, and time.",
    ("study_id", "analysis_id", "statistic", "definition", "interval_kind", "factor", "level", "time_months"),
    described(
        "study_id VARCHAR Study",
        "analysis_id VARCHAR Endpoint",
        "statistic VARCHAR survival, cumulative_incidence or competing_incidence",
        "definition VARCHAR The other definition, as in results.analysis; empty for the protocol's own, whose curve is that of results.curve with another interval",
        "interval_kind VARCHAR Scale on which the interval is symmetric: log-log, plain, or the protocol's own",
        "factor VARCHAR Risk factor the curve is split by; empty for all subjects, as it is under every other definition",
        "level VARCHAR Level of that risk factor",
        "time_months DOUBLE Time since the origin (months)",
        "estimate DOUBLE Probability at that time",
        "ci_low DOUBLE Lower bound of its interval",
        "ci_high DOUBLE Upper bound of its interval",
        "at_risk BIGINT Subjects at risk at that time (T >= t)",
        "events BIGINT Events at that time",
        "censored BIGINT Subjects censored at that time",
    ),
)

PAIR = Table(
    "results",
    "pair",
    "One row per pair of a win ratio whose pairs are few enough to be listed: a subject of each group, and what decided.",
    ("study_id", "analysis_id", "treated_id", "untreated_id"),
    described(
        "study_id VARCHAR Study",
        "analysis_id VARCHAR Win ratio",
        "treated_id VARCHAR Subject of the group whose wins are counted",
        "untreated_id VARCHAR Subject of the other group",
        "won BIGINT 1 where the first of them won, -1 where lost, 0 for a tie",
        "decided_by VARCHAR Endpoint or risk factor that decided; empty for a tie",
    ),
)

PAPER_COMPARISON = Table(
    "results",
    "paper_comparison",
    "One row per figure of the study's paper and part of it: the value, the bounds of its interval, its count.",
    ("study_id", "figure_id", "part"),
    described(
        "study_id VARCHAR Study",
        "figure_id VARCHAR Figure, in meta.paper_figure",
        "part VARCHAR value, low, high or count",
        "printed VARCHAR As the paper prints it",
        "computed VARCHAR The pipeline's, with as many digits; blank where nothing can be compared",
        "value DOUBLE The pipeline's in full, in the unit of the paper",
        "rounding VARCHAR Rule by which the value is printed so: half-up, half-even, truncate, outward; blank for none",
        "equal BOOLEAN Whether they are the same; blank where nothing can be compared",
        "method VARCHAR How the pipeline computed it: a code of schemas/methods.py",
        "source VARCHAR Row of results.analysis, or SQL file, that it is from",
        "reason VARCHAR Code of why nothing can be compared, of schemas/reasons.py; blank where the note says it, or nothing has to be said",
        "note VARCHAR Where the paper contradicts itself, or why nothing can be compared, in the words of published.yaml",
        "position BIGINT Order of the figures in the paper",
    ),
)

FINDING = Table(
    "results",
    "finding",
    "One row per finding of the linter of figures, in the study's own results or in its paper, and per broken contract.",
    ("study_id", "position"),
    described(
        "study_id VARCHAR Study",
        "position BIGINT Order in which they were found",
        "origin VARCHAR computed: in results.analysis; printed: in the paper; contract: a timeline of the protocol",
        "check_name VARCHAR Check",
        "severity VARCHAR error: it can't be right; remark: a reader has to know",
        "figures VARCHAR Figures it is about",
        "code VARCHAR What was found: a key under finding in transforms/words",
        "arguments VARCHAR What it is filled with, as JSON",
    ),
)

FINDING_WORDING = Table(
    "results",
    "finding_wording",
    "One row per finding and language.",
    ("study_id", "position", "language"),
    described(
        "study_id VARCHAR Study",
        "position BIGINT Row of results.finding",
        "language VARCHAR en or zh",
        "what VARCHAR What was found, in words",
    ),
)

SITE_INDICATOR = Table(
    "results",
    "site_indicator",
    "One row per key risk indicator, site and day on which an export of the study came; none where the protocol asks for none (`indicators`).",
    ("study_id", "indicator", "site_id", "day"),
    described(
        "study_id VARCHAR Study",
        "indicator VARCHAR queries (open questions per subject), late_entry (records that came late), missing_follow_up (infused subjects alive and not seen), adverse_events (per subject-month)",
        "site_id VARCHAR Site",
        "day DATE Day of exports: what all exports up to it held, under the definitions of today",
        "latest BOOLEAN Whether it is the latest such day",
        "events BIGINT What is counted",
        "exposure DOUBLE Among what: subjects, records or subject-months",
        "unit VARCHAR Unit of the exposure: subjects, records or subject_months",
        "rate DOUBLE events / exposure; blank where there is no exposure",
        "rate_all DOUBLE The same of all sites on the day",
        "expected DOUBLE Events expected at the rate of all sites",
        "lowest DOUBLE Lowest count within the exact funnel limits",
        "highest DOUBLE Highest count within them",
        "confidence DOUBLE Confidence of the limits",
        "p_value DOUBLE Probability of a count as far out on that side at the rate of all sites; of flagged rows",
        "flag VARCHAR high or low, where the count lies beyond the limits; low of adverse events alone; else empty",
        "since DATE Day since which the flag has stood without a break, within the days shown; of flagged rows",
    ),
)

REACH = Table(
    "results",
    "reach",
    "One row per headline and open question that can move it, and one per headline for all open questions at once.",
    ("study_id", "query_id", "result_id"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR The question, in meta.site_query; empty for all that could be bounded, answered at once",
        "result_id VARCHAR The headline, in results.analysis",
        "estimate DOUBLE As published",
        "lowest DOUBLE Lowest it can become; blank where no answer gives it a value",
        "highest DOUBLE Highest it can become; blank where it may have no value: a median that is not reached",
        "unit VARCHAR Unit of the three",
        "bounded_by VARCHAR search: every combination of answers was tried, or ordered by what it does; bounds: no narrower than that, and maybe wider",
    ),
)

QUESTION_REACH = Table(
    "results",
    "question_reach",
    "One row per open question: what it could change.",
    ("study_id", "query_id"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR The question, in meta.site_query",
        "place BIGINT Order by what it could change, 1 first: those that move a rate by how far, those that move a median alone, those not bounded, those that move nothing",
        "outcome VARCHAR moves; nothing: no admissible answer moves a headline; not bounded: its answers can't be listed",
        "reason VARCHAR Code of why it is not bounded, of schemas/reasons.py; blank elsewhere",
        "answers BIGINT Answers that were tried; blank where it is not bounded",
        "result_id VARCHAR Headline it moves most; blank for none",
        "distance DOUBLE How far it moves it at most, in the unit of the headline; blank where a value comes or goes",
    ),
)

RESULTS = (
    ANALYSIS,
    REASON,
    WORDING,
    SELECTION,
    AMONG,
    CONDITION,
    LISTED_ROW,
    CURVE,
    CURVE_BESIDE,
    PAIR,
    SITE_INDICATOR,
    PAPER_COMPARISON,
    FINDING,
    FINDING_WORDING,
    REACH,
    QUESTION_REACH,
)
