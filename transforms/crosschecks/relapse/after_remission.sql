-- sets aside: nothing
-- columns: relapse_date
-- remedy: Send the response that shows the remission, or report the leukemia as not in remission: relapse follows none.
-- remedy_zh: 请补报缓解的疗效评估，或将白血病报告为未缓解：复发之前无缓解记录。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
inner join cut.infusion as i
    on r.study_id = i.study_id and r.subject_id = i.subject_id and i.infusion_number = 1
where r.relapse_date >= i.infusion_date
    and not exists (
        select 1 from cut.response as p
        where p.study_id = r.study_id and p.subject_id = r.subject_id
            and p.response in {complete_remission} and p.assessment_date <= r.relapse_date
    )
