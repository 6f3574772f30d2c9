-- sets aside: nothing
-- columns: infusion_number
-- remedy: Confirm the number of the infusion: a later infusion was given before the onset of this event.
-- remedy_zh: 请核实回输序号：该事件发生前已进行了更晚的一次回输。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'infusion_number' as column_name
from cut.adverse_event as a
where a.term in ('CRS', 'ICANS')
    and exists (
        select 1 from cut.infusion as i
        where i.study_id = a.study_id and i.subject_id = a.subject_id
            and i.infusion_number > a.infusion_number and i.infusion_date <= a.start_date
    )
