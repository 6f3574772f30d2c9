-- sets aside: nothing
-- columns: transplant_date
-- remedy: Report the transplant as a prior one, or correct its day: it lies before enrollment.
-- remedy_zh: 请将该移植作为既往移植上报或更正日期：早于入组。
select t.study_id, t.site_id, 'transplant' as domain, t.record_id, 'transplant_date' as column_name
from cut.transplant as t
inner join cut.subject as s on t.study_id = s.study_id and t.subject_id = s.subject_id
where t.transplant_date < s.enrollment_date
