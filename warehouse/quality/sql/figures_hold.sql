-- check: no computed figure contradicts itself or another (linter of figures)
-- tables: results.finding
-- severity: error
with batch as (
    select * from {batch}
)

select study_id, check_name
from batch
where origin = 'computed' and severity = 'error'
