-- sets aside: nothing
-- columns: grade
-- remedy: Enter the grade: the protocol reports this event by grade.
-- remedy_zh: 请填写分级：方案要求按分级报告该事件。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'grade' as column_name
from cut.adverse_event as a
inner join meta.toxicity as t on a.study_id = t.study_id and a.term = t.term
where a.grade is null
