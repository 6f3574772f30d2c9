-- check: nobody is leukemia-free longer than alive, origin for origin
-- tables: adam.adtte
-- severity: error
with batch as (
    select * from {batch}
)

select lfs.study_id
from batch as lfs
inner join meta.endpoint as e on lfs.study_id = e.study_id and lfs.paramcd = e.paramcd and e.kind in ('lfs', 'efs')
inner join batch as os on os.study_id = lfs.study_id and os.subject_id = lfs.subject_id and os.startdt = lfs.startdt
inner join meta.endpoint as o on os.study_id = o.study_id and os.paramcd = o.paramcd and o.kind = 'os'
where lfs.aval > os.aval
    and not exists (
        select 1 from meta.endpoint_role as r where r.study_id = os.study_id and r.paramcd = os.paramcd and r.role = 'censor'
    )
