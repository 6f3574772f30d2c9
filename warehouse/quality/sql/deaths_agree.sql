-- check: overall survival has an event exactly where core has a death up to the data cut
-- tables: adam.adtte
-- severity: error
with batch as (
    select * from {batch}
),

-- a death whose day is not known counts by the day that stands in for it
death as (
    select d.study_id, d.subject_id, coalesce(d.death_date, b.stand_in) as death_date
    from core.death as d
    left join meta.bounded_date as b
        on d.study_id = b.study_id and b.domain = 'death' and d.record_id = b.record_id
    where d.valid_to is null
)

select t.study_id
from batch as t
inner join meta.endpoint as e on t.study_id = e.study_id and t.paramcd = e.paramcd and e.kind = 'os'
inner join meta.study as s on t.study_id = s.study_id
left join death as d
    on t.study_id = d.study_id and t.subject_id = d.subject_id
    and d.death_date >= t.startdt
    and d.death_date <= coalesce(s.data_cut, date '9999-12-31')
left join adam.adsl as a on t.study_id = a.study_id and t.subject_id = a.subject_id
where e.transplant = 'ignore'
    -- what ends the time before, or what consent does not cover, is no death that counts
    and not exists (
        select 1 from meta.endpoint_role as r where r.study_id = t.study_id and r.paramcd = t.paramcd and r.role = 'censor'
    )
    and coalesce(d.death_date <= a.wthdrdt, true)
    and (t.event = 1) <> (d.subject_id is not null)
