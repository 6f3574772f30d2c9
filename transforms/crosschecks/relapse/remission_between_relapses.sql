-- sets aside: nothing
-- columns: relapse_date
-- remedy: Send the remission between the two relapses, or take back the second: leukemia that never left can't come back.
-- remedy_zh: 请补报两次复发之间的缓解，或撤回后一次复发：未缓解则不能再次复发。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
inner join cut.relapse as b on r.study_id = b.study_id and r.subject_id = b.subject_id
inner join cut.infusion as i
    on r.study_id = i.study_id and r.subject_id = i.subject_id and i.infusion_number = 1
-- residual disease that becomes overt is one course with two facts
where not (coalesce(b.detection, '') = 'MRD' and coalesce(r.detection, '') <> 'MRD')
    and r.relapse_date >= b.relapse_date + 28 and b.relapse_date >= i.infusion_date
    and not exists (
        select 1 from adam.adevent as e
        where e.study_id = r.study_id and e.subject_id = r.subject_id
            and e.happening in ('transplant', 'next_infusion')
            and e.eventdt between b.relapse_date and r.relapse_date
    )
    and not exists (
        select 1 from cut.response as p
        where p.study_id = r.study_id and p.subject_id = r.subject_id
            and p.response in {complete_remission} and p.assessment_date between b.relapse_date and r.relapse_date
    )
qualify row_number() over (partition by r.study_id, r.record_id order by b.relapse_date desc) = 1
