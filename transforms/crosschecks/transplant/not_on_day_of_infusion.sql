-- sets aside: nothing
-- columns: transplant_date
-- remedy: Correct one of the days: transplant and CAR-T infusion are reported for the same day.
-- remedy_zh: 请更正日期：移植与CAR-T回输为同一天。
select t.study_id, t.site_id, 'transplant' as domain, t.record_id, 'transplant_date' as column_name
from cut.transplant as t
inner join cut.infusion as i
    on t.study_id = i.study_id and t.subject_id = i.subject_id and t.transplant_date = i.infusion_date
