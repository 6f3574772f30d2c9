-- sets aside: nothing
-- columns: milestone_date
-- remedy: Confirm the day: what recovers after the infusion is reported before it.
-- remedy_zh: 请核实日期：回输后的恢复指标早于首次回输。
select m.study_id, m.site_id, 'milestone' as domain, m.record_id, 'milestone_date' as column_name
from cut.milestone as m
inner join cut.infusion as i
    on m.study_id = i.study_id and m.subject_id = i.subject_id and i.infusion_number = 1
where m.milestone_date < i.infusion_date
