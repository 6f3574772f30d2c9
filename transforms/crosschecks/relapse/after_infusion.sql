-- sets aside: nothing
-- columns: relapse_date
-- remedy: Confirm the day of relapse: it lies before the first infusion and is no event of this study.
-- remedy_zh: 请核实复发日期：早于首次回输，不属于本研究的事件。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
inner join cut.infusion as i
    on r.study_id = i.study_id and r.subject_id = i.subject_id and i.infusion_number = 1
where r.relapse_date < i.infusion_date
