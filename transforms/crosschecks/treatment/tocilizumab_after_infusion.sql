-- sets aside: nothing
-- columns: start_date
-- remedy: Confirm the day: the drug is given before the first infusion.
-- remedy_zh: 请核实日期：用药早于首次回输。
select t.study_id, t.site_id, 'treatment' as domain, t.record_id, 'start_date' as column_name
from cut.treatment as t
inner join cut.infusion as i
    on t.study_id = i.study_id and t.subject_id = i.subject_id and i.infusion_number = 1
where t.treatment = 'tocilizumab' and t.start_date < i.infusion_date
