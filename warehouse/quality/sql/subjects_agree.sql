-- check: adsl has every current subject of core enrolled up to the data cut, and no other
-- tables: adam.adsl
-- severity: error
with batch as (
    select * from {batch}
),

enrolled as (
    select s.study_id, s.subject_id
    from core.subject as s
    inner join meta.study as m on s.study_id = m.study_id
    left join meta.bounded_date as b
        on s.study_id = b.study_id and b.domain = 'subject' and s.record_id = b.record_id
    where s.valid_to is null and coalesce(s.enrollment_date, b.stand_in, date '0001-01-01') <= coalesce(m.data_cut, date '9999-12-31')
)

select coalesce(a.study_id, e.study_id) as study_id
from batch as a
full join enrolled as e on a.study_id = e.study_id and a.subject_id = e.subject_id
where a.subject_id is null or e.subject_id is null
