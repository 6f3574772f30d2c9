-- Cells in which records with one key differ, as unknown ones
-- grain:  one row per record, column and filled cell of the export it came from
-- source: differing (cells of records in conflict), staged_column (headers of each canonical column)
insert into staged_unknown by name
select distinct
    d.site_id, d.extract_date, d.source_file, d.source_sheet, d.source_row, d.row_id, d.record_id, d.column_name,
    getvariable('domain') as domain, getvariable('rule_id') as rule_id,
    if(d.said is null, null, unnest(coalesce(nullif(c.headers, []), [null]))) as source_column
from differing as d
left join staged_column as c
    on d.source_file = c.source_file and d.source_sheet = c.source_sheet and d.source_feed = c.source_feed
    and c.domain = getvariable('domain') and d.column_name = c.column_name
-- a cell that was unknown before the records were compared is noted already
where not exists (
    select 1 from staged_unknown as u
    where u.domain = getvariable('domain') and u.source_file = d.source_file and u.source_sheet = d.source_sheet
        and u.row_id = d.row_id and u.column_name = d.column_name
)
