-- sets aside: nothing
-- columns: end_date
-- remedy: Correct the end of the event or the day of death: an event of grade 5 ends on the day of death.
-- remedy_zh: 请更正事件结束日期或死亡日期：5级事件应于死亡当日结束。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'end_date' as column_name
from cut.adverse_event as a
inner join cut.death as d on a.study_id = d.study_id and a.subject_id = d.subject_id
where a.grade = 5 and a.end_date <> d.death_date
