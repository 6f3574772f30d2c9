-- sets aside: nothing
-- columns: infusion_number
-- remedy: Confirm the number of the infusion: a later infusion was given before this assessment.
-- remedy_zh: 请核实回输序号：在该评估之前已进行了更晚的一次回输。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'infusion_number' as column_name
from cut.response as p
inner join cut.infusion as named
    on p.study_id = named.study_id and p.subject_id = named.subject_id and p.infusion_number = named.infusion_number
where exists (
        select 1 from cut.infusion as i
        where i.study_id = p.study_id and i.subject_id = p.subject_id and i.infusion_number > named.infusion_number
            and i.infusion_date > named.infusion_date and i.infusion_date < p.assessment_date
    )
