-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the infusion or correct its number: the assessment names an infusion that is not on record.
-- remedy_zh: 请补报回输记录或更正序号：评估所属的回输没有记录。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'infusion_number' as column_name
from cut.response as p
where p.infusion_number is not null
    and not exists (
        select 1 from current.infusion as i
        where i.study_id = p.study_id and i.subject_id = p.subject_id and i.infusion_number = p.infusion_number
    )
