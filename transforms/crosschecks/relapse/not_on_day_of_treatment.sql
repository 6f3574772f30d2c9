-- sets aside: nothing
-- columns: relapse_date
-- remedy: Confirm the day: relapse is reported for the day of an infusion or a transplant, which follows it or excludes it.
-- remedy_zh: 请核实复发日期：与回输或移植为同一天。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
where exists (
    select 1 from adam.adevent as e
    where e.study_id = r.study_id and e.subject_id = r.subject_id
        and e.happening in ('next_infusion', 'transplant') and e.eventdt = r.relapse_date
)
