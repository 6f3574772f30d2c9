"""Schema meta: what is asked of sites, by which rule, and what is beyond a limit."""

from __future__ import annotations

from schemas.tables.table import Table, described

RULE = Table(
    "meta",
    "rule",
    "One row per rule records are held to.",
    ("rule_id",),
    described(
        "rule_id VARCHAR Rule",
        "domain VARCHAR Core table",
        "sets_aside VARCHAR What it costs: nothing; cell: the cell is unknown; detail: a detail of what happened is unknown, or the record where nothing else shows that it happened; record: the whole record",
        "cells VARCHAR Columns whose cells are set aside; blank for none, or where a comparison of records tells which",
        "severity VARCHAR quarantine where the record is set aside, else query",
        "columns VARCHAR Columns to look at",
        "remedy VARCHAR What the site should mend or confirm",
        "remedy_zh VARCHAR The same in Chinese",
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

SITE_QUERY = Table(
    "meta",
    "site_query",
    "One row per question to a site: open, waiting, unknown, closed by a later export, or waived.",
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
        "severity VARCHAR quarantine: the record waits; query: it is used meanwhile, but for what is set aside",
        "sets_aside VARCHAR What waits for the answer: nothing, cell, detail or record",
        "remedy VARCHAR What the site should mend or confirm",
        "question VARCHAR The same in the language of the site",
        "status VARCHAR open; waiting (the site will correct it); unknown (the site can't know); closed (a later export mended it); waived (the value stands)",
        "first_seen DATE Export since which it has been asked without a break",
        "last_seen DATE Latest export that had the problem",
        "closed_on DATE Export that no longer had it",
        "waived_because VARCHAR Why the value stands, where waived",
        "answer VARCHAR What the site answered last: confirmed, will_correct, not_available or unknowable",
        "answered_by VARCHAR Who answered",
        "answered_on DATE When",
        "due_on DATE Day by which an export should show the correction",
        "overdue BOOLEAN Whether that day has passed, so that the question is open again",
        "pending_value VARCHAR Value the site gave with its answer; no data before an export shows it",
        "source_file VARCHAR Path below the study's landing folder, in the latest export that had it",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it",
    ),
)

SITE_ANSWER = Table(
    "meta",
    "site_answer",
    "One row per answered row of a list of questions that came back.",
    ("study_id", "source_file", "source_sheet", "source_row"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site in whose folder the list lies",
        "source_file VARCHAR The list: its path below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it; empty where it is about the list as a whole",
        "sha256 VARCHAR Hash of the list",
        "query_id VARCHAR The question",
        "answer VARCHAR confirmed (the value stands), will_correct (corrected in the source), not_available or unknowable",
        "value VARCHAR Value given with the answer; it never enters the data",
        "answered_by VARCHAR Who answered",
        "answered_on DATE When",
        "remark VARCHAR Remark of the site",
        "due_on DATE Day by which an export should show a correction",
        "state VARCHAR counts; replaced (by a later answer); repeated (said before); refused; passed_over (rows that are about no question)",
        "refusal VARCHAR Why it is refused, as a code",
        "source_column VARCHAR Header of the cell the refusal is about",
        "note VARCHAR personal: a value or remark that tells of a person was not kept; why a list as a whole can't be read",
        "passed_over BIGINT Of a list from a site's own system, in a row of its own: how many of its rows bear no id of a question",
    ),
)

SITE_QUERY_EVENT = Table(
    "meta",
    "site_query_event",
    "One row per question to a site and event of its history.",
    ("study_id", "query_id", "number"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR The question, in meta.site_query",
        "site_id VARCHAR Site",
        "number BIGINT Place in the history of the question, from 1",
        "event_on DATE Day: of the export, of the answer, of the decision, or after which it was overdue",
        "event VARCHAR opened, answered, waived, closed or reopened",
        "reason VARCHAR export (it no longer has the problem), not_available, unknowable; confirmed, decided (in the mapping); asked_again, overdue, answered_anew, record_changed",
        "by_whom VARCHAR Who answered or decided; empty for what an export or a day did",
        "answer VARCHAR The answer, as in meta.site_answer",
        "source_file VARCHAR Export that first showed it, or list of answers, below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it",
        "sha256 VARCHAR Hash of the list of answers",
    ),
)

SITE_ANSWER_TIME = Table(
    "meta",
    "site_answer_time",
    "One row per site that was asked: how it answers.",
    ("study_id", "site_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "questions BIGINT Questions ever asked",
        "open_questions BIGINT Open ones, overdue ones included",
        "overdue_questions BIGINT Open again, since no export showed the correction by its day",
        "waiting_questions BIGINT The site will correct them, and their day has not passed",
        "unknown_questions BIGINT The site can't know",
        "waived_questions BIGINT The value stands",
        "closed_questions BIGINT A later export mended them",
        "answered_questions BIGINT Answered by a list, or mended by an export",
        "median_days DOUBLE Days from first asked to first answered, median of the answered ones",
        "longest_days BIGINT The longest of them",
        "next_due_on DATE First day on which a correction is due",
    ),
)

QUESTION_RECORD = Table(
    "meta",
    "question_record",
    "One row per open question and record it is about.",
    ("study_id", "query_id", "domain", "record_id"),
    described(
        "study_id VARCHAR Study",
        "query_id VARCHAR The question, in meta.site_query",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record: in the core table, or set aside whole",
    ),
)

DISPUTED = Table(
    "meta",
    "disputed",
    "One row per value in use and open question about it.",
    ("study_id", "domain", "record_id", "column_name", "query_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record the value is of",
        "column_name VARCHAR Column the question is about",
        "infusion_number BIGINT Of an infusion: number of its course",
        "query_id VARCHAR The question, in meta.site_query",
    ),
)

ALARM = Table(
    "meta",
    "alarm",
    "One row per site, or study, and alarm of this night.",
    ("study_id", "site_id", "kind", "arguments"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "kind VARCHAR no export yet, missing export, repeated export, rejected export, held export, export gone, export changed, study gone, folder, broken contract, unread column, limit exceeded, overdue answers, refused answers, unread answers, answers gone, publication held, boundary crossed, second malignancy, second malignancy withheld, interim bound crossed or reach missed",
        "arguments VARCHAR What the kind is filled with, as JSON: days, counts, or why",
        "what VARCHAR What happened, in words",
    ),
)
