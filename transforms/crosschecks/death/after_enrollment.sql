-- sets aside: nothing
-- columns: death_date
-- remedy: Correct the day of death or of enrollment: the subject is reported dead before enrollment.
-- remedy_zh: 请更正死亡日期或入组日期：死亡早于入组。
select d.study_id, d.site_id, 'death' as domain, d.record_id, 'death_date' as column_name
from cut.death as d
inner join cut.subject as s on d.study_id = s.study_id and d.subject_id = s.subject_id
where d.death_date < s.enrollment_date
