-- sets aside: nothing
-- columns: treatment
-- remedy: Send the relapse or the failed response this therapy treats, or report it as consolidation: the subject is in remission by what is on record.
-- remedy_zh: 请补报该治疗针对的复发或未缓解记录，或按巩固治疗上报：据现有记录受试者处于缓解。
with last_response as (
    select t.study_id, t.record_id as treatment_id, p.response, p.assessment_date
    from cut.treatment as t
    inner join cut.response as p on t.study_id = p.study_id and t.subject_id = p.subject_id
    where p.assessment_date <= t.start_date and p.response <> 'NE'
    qualify row_number() over (partition by t.study_id, t.record_id order by p.assessment_date desc) = 1
)

select t.study_id, t.site_id, 'treatment' as domain, t.record_id, 'treatment' as column_name
from cut.treatment as t
inner join last_response as l on t.study_id = l.study_id and t.record_id = l.treatment_id
where t.treatment = 'antileukemic' and l.response in {complete_remission}
    and not exists (
        select 1 from cut.relapse as r
        where r.study_id = t.study_id and r.subject_id = t.subject_id
            and r.relapse_date between l.assessment_date and t.start_date + 7
    )
