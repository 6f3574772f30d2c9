-- sets aside: nothing
-- columns: disease_status
-- remedy: Send the therapy that brought the remission, or correct the status: remission follows a relapse without treatment.
-- remedy_zh: 请补报使其缓解的治疗或更正疾病状态：复发后未经治疗即记录缓解。
select f.study_id, f.site_id, 'follow_up' as domain, f.record_id, 'disease_status' as column_name
from cut.follow_up as f
inner join cut.relapse as r on f.study_id = r.study_id and f.subject_id = r.subject_id
inner join cut.infusion as i
    on f.study_id = i.study_id and f.subject_id = i.subject_id and i.infusion_number = 1
where f.disease_status = 'remission' and f.contact_date > r.relapse_date and r.relapse_date >= i.infusion_date
    and not exists (
        select 1 from current.dated_record as t
        where t.study_id = f.study_id and t.subject_id = f.subject_id
            and t.domain in ('infusion', 'transplant', 'consolidation', 'treatment', 'response')
            and t.clinical_date between r.relapse_date and f.contact_date
    )
qualify row_number() over (partition by f.study_id, f.record_id order by r.relapse_date) = 1
