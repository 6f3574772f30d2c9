-- The cells of exports that a record came from
-- parameters: study, table_name, record
-- grain:  one row per state of the record and column its site fills
-- source: meta.source_cell
-- example: from meta.cells_of('pan2020_seq1922_paed', 'core.subject', 'boren-P001')
select
    valid_from, valid_to, column_name, value, source_file, source_sheet, source_row, source_column, origin, conversion
from meta.source_cell
where study_id = study and domain = replace(table_name, 'core.', '') and record_id = record
order by valid_from, column_name
