-- Questions to the sites about the exports in force
-- grain:  one row per cell or record in question and rule
-- source: staged_problem; remedies from meta.rule
with latest as (
    select site_id, max(extract_date) as extract_date from staged_export group by all
)

select distinct
    getvariable('study_id') as study_id,
    p.site_id, p.source_file, p.source_sheet, p.source_row, p.source_column, p.domain, p.column_name, p.rule_id,
    p.severity, r.remedy, p.extract_date
from staged_problem as p
inner join latest as l on p.site_id = l.site_id and p.extract_date = l.extract_date
left join meta.rule as r on p.rule_id = r.rule_id
