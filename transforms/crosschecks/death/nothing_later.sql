-- sets aside: nothing
-- columns: death_date
-- remedy: Confirm the day of death or of this record: the subject is seen alive after the day of death.
-- remedy_zh: 请核实死亡日期或该记录日期：死亡之后仍有记录。
select r.study_id, r.site_id, r.domain, r.record_id, r.date_column as column_name
from current.dated_record as r
inner join cut.death as d on r.study_id = d.study_id and r.subject_id = d.subject_id
where r.domain not in ('death', 'subject') and r.clinical_date > d.death_date
