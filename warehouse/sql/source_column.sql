-- Which column of an export each canonical column was taken from
-- grain:  one row per export file, entry of its mapping and canonical column
-- source: staged_column, as the mapping stood when the file was staged
select
    getvariable('study_id') as study_id,
    site_id, source_file, source_sheet, source_feed, domain, column_name, source_column, origin, constant, conversion
from staged_column
