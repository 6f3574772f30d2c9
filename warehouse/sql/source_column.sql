-- Which column of an export each canonical column was taken from
-- grain:  one row per export file, entry of its mapping and canonical column
-- source: staged_column, as the mapping stood when the file was staged; export_order
select
    getvariable('study_id') as study_id,
    c.site_id, c.source_file, c.source_sheet, c.source_feed, c.domain, c.column_name, c.source_column, c.origin,
    c.constant, c.conversion, c.codes,
    e.next_full is null as in_force
from staged_column as c
inner join export_order as e on c.site_id = e.site_id and c.extract_date = e.extract_date
