-- sets aside: nothing
-- columns: start_date
-- remedy: Confirm the onset: it lies before the infusion the event is said to follow, or before any.
-- remedy_zh: 请核实发生日期：早于该事件所属的回输，或早于首次回输。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'start_date' as column_name
from cut.adverse_event as a
inner join cut.infusion as i
    on a.study_id = i.study_id and a.subject_id = i.subject_id and i.infusion_number = coalesce(a.infusion_number, 1)
where coalesce(a.grade, 1) > 0 and a.start_date < i.infusion_date
