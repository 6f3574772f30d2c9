-- check: endpoints that count the same happenings end alike in every subject, and relapse and death without relapse are never both first
-- tables: adam.adtte
-- severity: error
-- source: so that incidence of relapse, of death without relapse, and survival free of leukemia add up to 1
with batch as (
    select * from {batch}
),

counted as (
    select study_id, paramcd,
        string_agg(if(role = 'censor', 'censor ', '') || happening, ' ' order by role = 'censor', happening) as listed
    from meta.endpoint_role
    group by study_id, paramcd
),

defined as (
    select e.study_id, e.paramcd, e.kind,
        concat_ws(' ', e.population, e.origin, e.transplant, e.censor_at, e.no_response_on, c.listed) as counts
    from meta.endpoint as e
    inner join counted as c on e.study_id = c.study_id and e.paramcd = c.paramcd
)

select a.study_id
from batch as a
inner join defined as c on a.study_id = c.study_id and a.paramcd = c.paramcd
inner join defined as d on c.study_id = d.study_id and c.counts = d.counts and c.paramcd < d.paramcd
inner join batch as b on a.study_id = b.study_id and a.subject_id = b.subject_id and d.paramcd = b.paramcd
where a.adt <> b.adt or (a.event > 0) <> (b.event > 0)
    or (least(c.kind, d.kind) = 'cir' and greatest(c.kind, d.kind) = 'nrm' and a.event > 0 and (a.event = 1) = (b.event = 1))
