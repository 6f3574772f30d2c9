-- check: cumulative incidence of relapse has an event only where core has a relapse, or leukemia at follow-up, on that day
-- tables: adam.adtte
-- severity: error
with batch as (
    select * from {batch}
)

select t.study_id
from batch as t
inner join meta.endpoint as e on t.study_id = e.study_id and t.paramcd = e.paramcd and e.kind = 'cir'
where t.event = 1 and not exists (
    select 1 from core.relapse as r
    left join meta.bounded_date as b
        on r.study_id = b.study_id and b.domain = 'relapse' and r.record_id = b.record_id
    where r.study_id = t.study_id and r.subject_id = t.subject_id and r.valid_to is null
        and coalesce(r.relapse_date, b.stand_in) = t.adt
) and not exists (
    select 1 from core.follow_up as f
    where f.study_id = t.study_id and f.subject_id = t.subject_id and f.valid_to is null
        and f.disease_status = 'relapsed' and f.contact_date = t.adt
)
