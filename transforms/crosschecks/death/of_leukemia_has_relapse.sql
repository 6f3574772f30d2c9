-- sets aside: nothing
-- columns: cause
-- remedy: Send the relapse or correct the cause: the subject was in remission and is said to have died of leukemia without one.
-- remedy_zh: 请补报复发记录或更正死因：受试者曾缓解且无复发记录，却报告死于白血病。
with last_response as (
    select * from cut.response
    where response <> 'NE'
    qualify row_number() over (partition by study_id, subject_id order by assessment_date desc) = 1
)

select d.study_id, d.site_id, 'death' as domain, d.record_id, 'cause' as column_name
from cut.death as d
inner join last_response as p on d.study_id = p.study_id and d.subject_id = p.subject_id
where d.cause = 'leukemia' and p.response in {complete_remission}
    and not exists (
        select 1 from cut.relapse as r
        where r.study_id = d.study_id and r.subject_id = d.subject_id and r.relapse_date >= p.assessment_date
    )
