-- sets aside: nothing
-- columns: infusion_number
-- remedy: Confirm the infusion: the protocol plans no infusion of this number.
-- remedy_zh: 请核实回输序号：方案未规定该次回输。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'infusion_number' as column_name
from cut.administration as i
where exists (select 1 from meta.planned_infusion as p where p.study_id = i.study_id)
    and not exists (
        select 1 from meta.planned_infusion as p
        where p.study_id = i.study_id and p.infusion_number = i.infusion_number
    )
