"""Schema meta: what the studies define, where the data came from, what was wrong with it, and what was run."""

from __future__ import annotations

from schemas.tables.meta.catalogue import (
    CODELIST,
    COUNT_CRITERION,
    COUNT_PHASE,
    CTCAE_CHEMISTRY,
    CTCAE_CRITERION,
    DICTIONARY,
    LABORATORY_UNIT,
    MACRO,
    SCORE_ITEM,
)
from schemas.tables.meta.exports import (
    BOUNDED_DATE,
    CORRECTION,
    EVENT_DELAY,
    PARTIAL_DATE,
    QUARANTINE,
    RECONCILIATION,
    RECORD_COUNT,
    SET_ASIDE,
    SOURCE_COLUMN,
    SOURCE_FILE,
)
from schemas.tables.meta.questions import (
    ALARM,
    DISPUTED,
    QUESTION_RECORD,
    RULE,
    RULE_FAILURE,
    SITE_ANSWER,
    SITE_ANSWER_TIME,
    SITE_QUERY,
    SITE_QUERY_EVENT,
)
from schemas.tables.meta.runs import PUBLICATION_HOLD, REACH_SCORE, RUN, RUN_STUDY, TABLE_HASH
from schemas.tables.meta.studies import DEFINITIONS, NORMAL_RANGE, PAPER_FIGURE, RULE_LIMIT, SITE, STUDY, WAIVER

META = (
    STUDY,
    SITE,
    NORMAL_RANGE,
    *DEFINITIONS,
    SOURCE_FILE,
    SOURCE_COLUMN,
    RECONCILIATION,
    RECORD_COUNT,
    QUARANTINE,
    SITE_QUERY,
    SITE_ANSWER,
    SITE_QUERY_EVENT,
    SITE_ANSWER_TIME,
    QUESTION_RECORD,
    DISPUTED,
    WAIVER,
    SET_ASIDE,
    PARTIAL_DATE,
    BOUNDED_DATE,
    CORRECTION,
    EVENT_DELAY,
    RULE_LIMIT,
    RULE_FAILURE,
    PAPER_FIGURE,
    LABORATORY_UNIT,
    COUNT_PHASE,
    COUNT_CRITERION,
    CTCAE_CRITERION,
    CTCAE_CHEMISTRY,
    SCORE_ITEM,
    RULE,
    DICTIONARY,
    MACRO,
    CODELIST,
    RUN,
    RUN_STUDY,
    PUBLICATION_HOLD,
    ALARM,
    REACH_SCORE,
    TABLE_HASH,
)

__all__ = ["MACRO", "META"]
