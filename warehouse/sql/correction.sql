-- Declared corrections and what they changed
-- grain:  one row per correction and export file it was applied to
-- source: staged_correction (rows changed by file), declared_correction (the mappings)
select
    getvariable('study_id') as study_id,
    d.site_id, d.correction_id, s.source_file, cast(sum(s.rows) as bigint) as rows,
    d.column_name, d.reason, d.reported_by, d.reported_on, d.applies_until
from staged_correction as s
inner join declared_correction as d on s.site_id = d.site_id and s.correction_id = d.correction_id
group by all
