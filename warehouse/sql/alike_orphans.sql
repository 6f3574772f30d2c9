-- Records of a subject that has none of its own, under an id that may be another's
-- grain:  one row per record
-- source: staged records of one domain (variable `staged`), staged_look, core.subject
-- rule:   ids may be the same where they are alike without their signs, and no signs between digits say otherwise
with look as (
    select distinct site_id, subject_id, looks_like, parts from staged_look
),

known as (
    select * from look where subject_id in (select subject_id from core.subject)
),

unknown as (
    select * from look where subject_id not in (select subject_id from core.subject)
),

alike as (
    select u.subject_id, k.subject_id as other
    from unknown as u
    inner join known as k on u.site_id = k.site_id and u.looks_like = k.looks_like
    where coalesce(u.parts = k.parts, true)
    union
    select u.subject_id, k.subject_id
    from unknown as u
    inner join known as k on u.site_id = k.site_id and u.parts = k.parts
),

final as (
    select subject_id, string_agg(other, ', ' order by other) as about from alike group by all
)

select s.*, f.about
from query_table(getvariable('staged')) as s
inner join final as f on s.subject_id = f.subject_id
