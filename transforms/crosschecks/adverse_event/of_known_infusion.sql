-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the infusion or correct its number: the event names an infusion that is not on record.
-- remedy_zh: 请补报回输记录或更正序号：不良事件所属的回输没有记录。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'infusion_number' as column_name
from cut.adverse_event as a
where a.infusion_number is not null
    and not exists (
        select 1 from current.infusion as i
        where i.study_id = a.study_id and i.subject_id = a.subject_id and i.infusion_number = a.infusion_number
    )
