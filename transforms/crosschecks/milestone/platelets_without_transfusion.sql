-- sets aside: nothing
-- columns: milestone_date
-- remedy: Confirm the recovery: platelets were transfused within the seven days before.
-- remedy_zh: 请核实恢复日期：此前七天内曾输注血小板。
select m.study_id, m.site_id, 'milestone' as domain, m.record_id, 'milestone_date' as column_name
from cut.milestone as m
where m.milestone = 'platelet recovery'
    and exists (
        select 1 from cut.treatment as t
        where t.study_id = m.study_id and t.subject_id = m.subject_id and t.treatment = 'platelet transfusion'
            and m.milestone_date between t.start_date and coalesce(t.end_date, t.start_date) + 7
    )
