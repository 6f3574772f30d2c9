-- sets aside: nothing
-- columns: response
-- remedy: Send the infusion, transplant or other therapy that brought the remission, or correct the relapse: remission follows a relapse without treatment.
-- remedy_zh: 请补报使其缓解的治疗（回输、移植或其他），或更正复发记录：复发后未经治疗即记录缓解。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'response' as column_name
from cut.response as p
inner join cut.relapse as r on p.study_id = r.study_id and p.subject_id = r.subject_id
inner join cut.infusion as f
    on p.study_id = f.study_id and p.subject_id = f.subject_id and f.infusion_number = 1
where p.response in {complete_remission} and p.assessment_date > r.relapse_date and r.relapse_date >= f.infusion_date
    and coalesce(r.detection, '') <> 'MRD'
    and not exists (
        select 1 from current.dated_record as t
        where t.study_id = p.study_id and t.subject_id = p.subject_id
            and t.domain in ('infusion', 'transplant', 'consolidation', 'treatment', 'lymphodepletion')
            and t.clinical_date between r.relapse_date and p.assessment_date
    )
qualify row_number() over (partition by p.study_id, p.record_id order by r.relapse_date) = 1
