-- The endpoint rows that parts of a basis choose or list
-- grain:  one row per row of `part` and endpoint row
-- source: part (study_id, rows_id, among_id and more), results.among, results.condition, results.listed_row, adam.*
-- rule:   a row is chosen where it meets every condition, and its subject is in the group: has a row of each kind the group is made of
with who as (
    select a.study_id, a.among_id, a.rows_id, row_number() over (partition by a.study_id, a.among_id) as place
    from results.among as a
    semi join part as p on a.study_id = p.study_id and a.among_id = p.among_id
),

given as materialized (
    select c.study_id, c.rows_id, c.endpoint_table, {given_values}
    from results.condition as c
    semi join (
        select study_id, rows_id from part
        union
        select study_id, rows_id from who
    ) as w on c.study_id = w.study_id and c.rows_id = w.rows_id
    group by c.study_id, c.rows_id, c.endpoint_table
),

met as materialized (
    {met_rows}
),

belongs as (
    select w.study_id, w.among_id, m.subject_id
    from who as w
    inner join met as m on w.study_id = m.study_id and w.rows_id = m.rows_id
    group by w.study_id, w.among_id, m.subject_id
    having bit_count(bit_or(cast(1 as bigint) << w.place)) = (
        select count(*) from who as o where o.study_id = w.study_id and o.among_id = w.among_id
    )
)

select p.*, m.subject_id, m.endpoint_key
from part as p
inner join met as m on p.study_id = m.study_id and p.rows_id = m.rows_id
where p.among_id is null
union all
select p.*, m.subject_id, m.endpoint_key
from part as p
inner join met as m on p.study_id = m.study_id and p.rows_id = m.rows_id
semi join belongs as b on p.study_id = b.study_id and p.among_id = b.among_id and m.subject_id = b.subject_id
union all
select p.*, t.subject_id, t.endpoint_key
from part as p
inner join results.listed_row as t on p.study_id = t.study_id and p.rows_id = t.rows_id
where {of_subject}
