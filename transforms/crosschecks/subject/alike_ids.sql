-- sets aside: nothing
-- columns: subject_id
-- remedy: Confirm that this is another subject than the one in brackets, or write the id alike everywhere: the two ids may be one, written in two ways.
-- remedy_zh: 请确认与括号内的受试者不是同一人；如为同一人，请统一编号写法：两者可能只是写法不同。
-- One question for all ids that are alike, at the last of them. Where nothing but signs between digits tells them apart (1-11, 11-1), they are two.
with known as (
    select s.study_id, s.site_id, s.subject_id, s.record_id, l.looks_like, l.parts
    from current.subject as s
    inner join current.subject_look as l on s.subject_id = l.subject_id
),

alike as (
    select k.*, o.subject_id as other
    from known as k
    inner join known as o on k.site_id = o.site_id and k.looks_like = o.looks_like
    where o.subject_id < k.subject_id and coalesce(k.parts = o.parts, true)
    union
    select k.*, o.subject_id as other
    from known as k
    inner join known as o on k.site_id = o.site_id and k.parts = o.parts
    where o.subject_id < k.subject_id
)

select
    study_id, site_id, 'subject' as domain, record_id, 'subject_id' as column_name,
    string_agg(other, ', ' order by other) as about
from alike
group by all
