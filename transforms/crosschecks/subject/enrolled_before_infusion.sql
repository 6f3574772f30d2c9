-- sets aside: nothing
-- columns: enrollment_date
-- remedy: Confirm the day of enrollment: it lies after the first infusion.
-- remedy_zh: 请核实入组日期：晚于首次回输日期。
select s.study_id, s.site_id, 'subject' as domain, s.record_id, 'enrollment_date' as column_name
from cut.subject as s
inner join cut.infusion as i on s.study_id = i.study_id and s.subject_id = i.subject_id
where i.infusion_number = 1 and s.enrollment_date > i.infusion_date
