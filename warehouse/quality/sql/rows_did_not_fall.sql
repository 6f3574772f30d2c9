-- check: no core table of a study has lost more than a tenth of its rows since the last night
-- tables: core.subject
-- severity: error
-- names:  study_id, table_name, states, rows_before, rows_now
-- remedy: restore the exports, or accept the fall in protocol.yaml under accepted_falls
-- caveat: a fall that the protocol accepts (accepted_falls) passes until its last day and down to its number of rows. What is no more in
--         force and kept as past is no fall: the guard of each site asks about it. While the protocol accepts a fall that guard
--         is silent, and the rows in force may not be fewer than accepted either
with batch as (
    select * from {batch}
),

now as (
    {row_counts}
),

accepted as (
    select a.study_id, a.table_name, a.rows
    from meta.accepted_fall as a
    cross join meta.run as r
    where r.as_of <= a.applies_until
),

previous (study_id, table_name, states, rows) as (
    values {previous}
)

select p.study_id, p.table_name, p.states, p.rows as rows_before, coalesce(n.rows, 0) as rows_now
from previous as p
left join now as n on p.study_id = n.study_id and p.table_name = n.table_name and p.states = n.states
where coalesce(n.rows, 0) < p.rows * (1 - {tolerated})
    and exists (select 1 from batch as s where s.study_id = p.study_id)
    and (p.states = 'of all time' or exists (
        select 1 from accepted as a
        where a.study_id = p.study_id and a.table_name = p.table_name
    ))
    and not exists (
        select 1 from accepted as a
        where a.study_id = p.study_id and a.table_name = p.table_name and coalesce(n.rows, 0) >= a.rows
    )
