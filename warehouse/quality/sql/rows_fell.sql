-- check: no core table of a study has lost rows since the last night
-- tables: core.subject
-- severity: warning
-- names:  study_id, table_name, rows_before, rows_now
with batch as (
    select * from {batch}
),

now as (
    {row_counts}
),

previous (study_id, table_name, states, rows) as (
    values {previous}
)

select p.study_id, p.table_name, p.rows as rows_before, coalesce(n.rows, 0) as rows_now
from previous as p
left join now as n on p.study_id = n.study_id and p.table_name = n.table_name and p.states = n.states
where coalesce(n.rows, 0) < p.rows and p.states = 'of all time'
    and exists (select 1 from batch as s where s.study_id = p.study_id)
