-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the infusion or correct its number: the treatment names an infusion that is not on record.
-- remedy_zh: 请补报回输记录或更正序号：治疗所属的回输没有记录。
select t.study_id, t.site_id, 'treatment' as domain, t.record_id, 'infusion_number' as column_name
from cut.treatment as t
where t.infusion_number is not null
    and not exists (
        select 1 from current.infusion as i
        where i.study_id = t.study_id and i.subject_id = t.subject_id and i.infusion_number = t.infusion_number
    )
