"""Schema core: one table per domain, with where each record came from and when it held."""

from __future__ import annotations

from schemas.columns import Kind
from schemas.domains import DOMAINS, Domain
from schemas.tables.table import ColumnDescription, SqlType, Table, described

SQL_TYPES: dict[Kind, SqlType] = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "flag": "VARCHAR",
    "date": "DATE",
    "integer": "BIGINT",
    "number": "DOUBLE",
}

IDENTITY = described(
    "study_id VARCHAR Study the record belongs to",
    "site_id VARCHAR Site that sent the record",
    "record_id VARCHAR Identifier of the record within study and domain: site and natural key",
)

PROVENANCE = described(
    "source_file VARCHAR Path of the export below the study's landing folder",
    "source_sheet VARCHAR Sheet of the workbook; empty for a file without sheets",
    "source_row BIGINT Row number as a person sees it when opening the file, header rows counted",
    "source_feed BIGINT Entry of the site's mapping that made the record, in meta.source_column",
    "extract_date DATE Date of the export in which this state of the record first came",
)

VALIDITY = described(
    "valid_from DATE First extract date on which the record stood as it is here",
    "valid_to DATE Extract date on which it no longer stood so; blank for the current state",
)


def core_table(domain: type[Domain]) -> Table:
    """The core table of a domain: identity, the domain's columns, provenance, validity."""
    own = tuple(
        ColumnDescription(spec.name, SQL_TYPES[spec.kind], _with_unit(spec.description, spec.unit))
        for spec in domain.columns().values()
    )
    return Table(
        schema="core",
        name=domain.domain_name(),
        grain=f"{domain.grain().rstrip('.')}, and state it went through.",
        key=("study_id", "record_id", "valid_from"),
        columns=IDENTITY + own + PROVENANCE + VALIDITY,
    )


def _with_unit(description: str, unit: str | None) -> str:
    return f"{description} ({unit})" if unit else description


CORE = tuple(core_table(domain) for domain in DOMAINS.values())
