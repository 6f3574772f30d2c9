-- check: every subject is in core.subject
-- tables: records
-- severity: error
with batch as (
    select * from {batch}
)

select r.study_id
from batch as r
where not exists (
    select 1 from core.subject as s where s.study_id = r.study_id and s.subject_id = r.subject_id
)
