-- sets aside: nothing
-- columns: milestone_date
-- remedy: Confirm the recovery: immunoglobulin was given within the 28 days before.
-- remedy_zh: 请核实恢复日期：此前28天内曾输注免疫球蛋白。
select m.study_id, m.site_id, 'milestone' as domain, m.record_id, 'milestone_date' as column_name
from cut.milestone as m
where m.milestone = 'immunoglobulin recovery'
    and exists (
        select 1 from cut.treatment as t
        where t.study_id = m.study_id and t.subject_id = m.subject_id and t.treatment = 'immunoglobulin'
            and m.milestone_date between t.start_date and coalesce(t.end_date, t.start_date) + 28
    )
