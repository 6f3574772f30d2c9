-- Quarantined records of the exports in force
-- grain:  one row per quarantined record and rule it fails
-- source: staged_problem; remedies from meta.rule
with latest as (
    select site_id, max(extract_date) as extract_date from staged_export group by all
)

select
    getvariable('study_id') as study_id,
    p.site_id, p.source_file, p.source_sheet, p.source_row, p.source_column, p.domain, p.column_name, p.rule_id,
    r.remedy, p.extract_date, p.record
from staged_problem as p
inner join latest as l on p.site_id = l.site_id and p.extract_date = l.extract_date
left join meta.rule as r on p.rule_id = r.rule_id
where p.severity = 'quarantine'
