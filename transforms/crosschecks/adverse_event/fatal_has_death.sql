-- sets aside: nothing
-- columns: grade
-- remedy: Send the death or correct the grade: grade 5 means death by this event.
-- remedy_zh: 请补报死亡记录或更正分级：5级表示因该事件死亡。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'grade' as column_name
from cut.adverse_event as a
where a.grade = 5
    and not exists (select 1 from cut.death as d where d.study_id = a.study_id and d.subject_id = a.subject_id)
