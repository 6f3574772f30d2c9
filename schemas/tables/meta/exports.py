"""Schema meta: what sites sent and what became of it: files, rows, cells and where each came from."""

from __future__ import annotations

from schemas.tables.table import Table, described

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
    addresses=("staging_key",),
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
        "constant VARCHAR What the mapping itself states; blank for what stands in the export",
        "conversion VARCHAR What the mapping does to the text: decode, unit, days since, divided by ...; blank for nothing",
        "codes VARCHAR Codes that its code map gives, one to a line, beside which a column may hold codes of the code list itself; blank without a code map",
        "in_force BOOLEAN Whether no later full export stands in the place of this one",
    ),
)

RECONCILIATION = Table(
    "meta",
    "reconciliation",
    "One row per export file and sheet: rows_read = accepted + quarantined + duplicate + superseded + set_aside + unclaimed, "
    "cells_read = cells_used + cells_unknown + cells_set_aside + cells_superseded.",
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
        "cells_read BIGINT Filled cells below the header, as read; of rows with more or fewer cells than the header none can be told",
        "cells_used BIGINT Filled cells that records in use were made of, and those by which the mapping tells rows apart",
        "cells_unknown BIGINT Filled cells that break a rule: unknown in a record that is in use, see meta.set_aside",
        "cells_set_aside BIGINT Filled cells that nothing is made of: of rows or records set aside, personal, ignored, unmapped, of no use in their row",
        "cells_superseded BIGINT Filled cells of rows that a later export of the site replaces",
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
    "One row per record set aside whole, or row, and rule it fails, of the exports in force.",
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
        "precision VARCHAR month, year or unknown: what is known; range: two records with one key give two dates",
        "earliest DATE First day it can mean",
        "latest DATE Last day it can mean",
        "rule VARCHAR Rule of the protocol; blank for none",
        "imputed_date DATE Day that stands in for it in the core table by that rule; blank where none does, see meta.bounded_date",
        "valid_from DATE First extract date on which the record stood so",
        "valid_to DATE Extract date on which it no longer stood so; blank for the current state",
    ),
)

SET_ASIDE = Table(
    "meta",
    "set_aside",
    "One row per fact that is unknown since it breaks a rule: a cell of a record in use, or a whole record.",
    (
        "study_id",
        "domain",
        "record_id",
        "column_name",
        "valid_from",
        "source_file",
        "source_sheet",
        "source_row",
        "rule_id",
    ),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject; blank where nobody can know whose it is",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record",
        "column_name VARCHAR Column whose cell is unknown; blank where the whole record is set aside",
        "sets_aside VARCHAR cell, detail (of something that happened all the same) or record",
        "infusion_number BIGINT Of a record set aside whole: the infusion it names; blank elsewhere",
        "what VARCHAR Of an adverse event set aside whole: which; blank elsewhere, and where that is not known",
        "rule_id VARCHAR Rule it breaks",
        "source_file VARCHAR Path below the study's landing folder",
        "source_sheet VARCHAR Sheet",
        "source_row BIGINT Row as a person sees it",
        "source_column VARCHAR Header of the filled cell in the export; blank where none was filled",
        "valid_from DATE First extract date on which it was so",
        "valid_to DATE Extract date on which it no longer was; blank while it is",
    ),
)

BOUNDED_DATE = Table(
    "meta",
    "bounded_date",
    "One row per happening whose day is not known and for which the protocol has no imputation rule.",
    ("study_id", "domain", "record_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table",
        "record_id VARCHAR Record",
        "column_name VARCHAR Date column",
        "flag VARCHAR What of the date is not known: D day, M month and day, Y all of it",
        "earliest DATE First day it can be, by the part that is known and by what else is known of the subject",
        "latest DATE Last day it can be",
        "stand_in DATE Day by which endpoints count it: the middle of the days that are possible",
    ),
)

EVENT_DELAY = Table(
    "meta",
    "event_delay",
    "One row per dated record in force whose delay counts for `lateness`: when it happened, and which export first told of it; empty where the protocol does not ask.",
    ("study_id", "domain", "record_id"),
    described(
        "study_id VARCHAR Study",
        "site_id VARCHAR Site",
        "subject_id VARCHAR Subject",
        "domain VARCHAR Core table: the kind of event",
        "record_id VARCHAR Record",
        "event_date DATE Day it happened, as now known",
        "told_on DATE Date of the site's first export that told of it, under whatever day",
        "last_export DATE Date of the site's last export",
        "counts_until DATE Last day that counts: that of the last export, or the data cut where it is earlier",
        "delay_days BIGINT Days from the event to the export that first told of it",
        "could_be_days BIGINT Longest delay that could have been seen: days from the event to the site's last export",
        "countedfl VARCHAR Y where the delay is known; N before the site's first export, which tells of all that was before, and for a day after the export",
    ),
)
