-- The endpoint rows that parts of a basis choose or list
-- grain:  one row per row of `part` and endpoint row
-- source: part (study_id, selection_id and more), results.condition, results.listed_row, adam.*
-- rule:   a row is chosen where it meets every condition of place 0 and its subject has a row that meets those of each other place;
--         of several values of a column any will do
with said as (
    select c.*
    from results.condition as c
    semi join part as p on c.study_id = p.study_id and c.selection_id = p.selection_id
),

own as (
    {own_rows}
),

held as (
    select distinct study_id, selection_id, place, subject_id
    from ({held_subjects})
),

wanted as (
    select study_id, selection_id, count(distinct place) as places
    from said
    where place > 0
    group by all
),

allowed as (
    select h.study_id, h.selection_id, h.subject_id
    from held as h
    inner join wanted as w on h.study_id = w.study_id and h.selection_id = w.selection_id
    group by h.study_id, h.selection_id, h.subject_id, w.places
    having count(*) = w.places
),

chosen as (
    select o.study_id, o.selection_id, o.subject_id, o.endpoint_key
    from own as o
    anti join wanted as w on o.study_id = w.study_id and o.selection_id = w.selection_id
    union all
    select o.study_id, o.selection_id, o.subject_id, o.endpoint_key
    from own as o
    semi join allowed as a
        on o.study_id = a.study_id and o.selection_id = a.selection_id and o.subject_id = a.subject_id
    union all
    select t.study_id, t.selection_id, t.subject_id, t.endpoint_key
    from results.listed_row as t
    where {of_subject}
)

select p.*, c.subject_id, c.endpoint_key
from part as p
inner join chosen as c on p.study_id = c.study_id and p.selection_id = c.selection_id
