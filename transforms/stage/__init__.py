"""One export file from cells to staged records: read, conform, validate, name each record.

The result depends on the file, the site's mapping and this code alone: not on where the file lies or when it came,
which the build adds. So an unchanged file needs no second reading.

export    a file, sheet by sheet, and domain by domain within a sheet
identity  what subjects and records are called
records   accepted records, and those an export marks as deleted
namesakes equal records of rows that name different persons
unknown   cells that are set aside
partials  dates of which a part is missing
problems  what was wrong with records, rows and columns
"""

from transforms.stage.export import stage_export

__all__ = ["stage_export"]
