-- check: every subject of core and adam is in core.subject
-- tables: core.subject
-- severity: error
with batch as (
    select * from {batch}
),

named as (
    {subjects}
)

select n.study_id
from named as n
where not exists (
    select 1 from batch as s where s.study_id = n.study_id and s.subject_id = n.subject_id
)
