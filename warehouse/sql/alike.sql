-- Known subjects whose id is like the one of no subject under which a record came
-- grain:  one row per id of no known subject and subject of its site
-- source: current.set_aside, current.subject_look, cut.subject
-- rule:   ids may be the same where they are alike without their signs, and no signs between digits say otherwise
with unknown as (
    select distinct x.site_id, x.subject_id, l.looks_like, l.parts
    from current.set_aside as x
    inner join current.subject_look as l on x.subject_id = l.subject_id
    where x.sets_aside = 'record' and x.subject_id not in (select subject_id from cut.subject)
),

known as (
    select s.site_id, s.subject_id, l.looks_like, l.parts
    from cut.subject as s
    inner join current.subject_look as l on s.subject_id = l.subject_id
),

final as (
    select u.site_id, u.subject_id, k.subject_id as other
    from unknown as u
    inner join known as k
        on u.site_id = k.site_id and u.looks_like = k.looks_like and coalesce(u.parts = k.parts, true)
    union
    select u.site_id, u.subject_id, k.subject_id
    from unknown as u
    inner join known as k on u.site_id = k.site_id and u.parts = k.parts
)

select * from final
