-- Quarantined records of the exports in force
-- grain:  one row per quarantined record and rule it fails
-- source: problem_state; remedies from meta.rule
select
    getvariable('study_id') as study_id,
    p.site_id, p.source_file, p.source_sheet, p.source_row, p.source_column, p.domain, p.column_name, p.rule_id,
    r.remedy, p.extract_date, p.record
from problem_state as p
left join meta.rule as r on p.rule_id = r.rule_id
where p.severity = 'quarantine' and p.ends_on is null
