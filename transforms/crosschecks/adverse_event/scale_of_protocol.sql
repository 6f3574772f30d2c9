-- sets aside: nothing
-- columns: grading_scale
-- remedy: Grade on the scale of the protocol, or confirm: this grade is not counted with those of other scales.
-- remedy_zh: 请按方案规定的标准分级，或予以确认：不同标准的分级不合并统计。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'grading_scale' as column_name
from cut.adverse_event as a
inner join meta.toxicity as t on a.study_id = t.study_id and a.term = t.term
where a.grade > 0 and a.grading_scale is not null and a.grading_scale <> t.scale
