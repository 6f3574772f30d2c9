-- sets aside: nothing
-- columns: start_date
-- remedy: Confirm the kind of treatment: bridging is given between collection and infusion, and this begins after the last infusion.
-- remedy_zh: 请核实治疗类别：桥接治疗应在采集与回输之间，该治疗始于末次回输之后。
select t.study_id, t.site_id, 'treatment' as domain, t.record_id, 'start_date' as column_name
from cut.treatment as t
inner join cut.infusion as i on t.study_id = i.study_id and t.subject_id = i.subject_id
where t.treatment = 'bridging'
group by all
having max(i.infusion_date) < any_value(t.start_date)
