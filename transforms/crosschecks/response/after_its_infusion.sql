-- sets aside: nothing
-- columns: assessment_date
-- remedy: Confirm the day or the number of the infusion: the assessment lies before the infusion it is said to follow.
-- remedy_zh: 请核实日期或回输序号：评估日期早于所属回输。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'assessment_date' as column_name
from cut.response as p
inner join cut.infusion as i
    on p.study_id = i.study_id and p.subject_id = i.subject_id and p.infusion_number = i.infusion_number
where p.assessment_date < i.infusion_date
