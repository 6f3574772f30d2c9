-- What is asked on a day: the records that break a rule, with the rows they came from
-- grain:  one row per record, column and rule
-- source: broken; current.record (every record as of the day asked about), current.set_aside
-- rule:   a cell that is set aside has been asked about: nothing more is asked of the blank it leaves
select distinct
    r.site_id, r.source_file, r.source_sheet, r.source_row, r.subject_id,
    b.record_id as record_key, b.domain, b.column_name, b.rule_id, b.severity, b.about
from broken as b
inner join current.record as r on b.domain = r.domain and b.record_id = r.record_id
where not exists (
    select 1 from current.set_aside as x
    where x.domain = b.domain and x.record_id = b.record_id and x.column_name = b.column_name
)
order by all
