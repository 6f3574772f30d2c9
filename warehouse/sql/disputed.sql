-- Values that count as reported though a question about them is open
-- grain:  one row per value in use and open question about it
-- source: problem_state, meta.site_query (its status), current.record (records of the last export), cut.administration,
--         current.course_named, current.set_aside
-- rule:   of a question that sets nothing aside, about a value that no other one does; the value of an infusion belongs to the course its infusion is part of
--         what a site will correct, or can't know, is in doubt as before
-- caveat: a question about a whole row, column or file is about no value
with administered as (
    select a.record_id, coalesce(c.course, a.infusion_number) as infusion_number
    from cut.administration as a
    left join current.course_named as c on a.subject_id = c.subject_id and a.infusion_number = c.part
)

select distinct
    getvariable('study_id') as study_id,
    r.site_id, r.subject_id, p.domain, r.record_id, p.column_name, a.infusion_number, p.query_id
from problem_state as p
inner join meta.site_query as q on p.query_id = q.query_id
inner join current.record as r on p.domain = r.domain and p.record_key = r.record_id
left join administered as a on p.domain = 'infusion' and p.record_key = a.record_id
where p.column_name is not null and q.status in ('open', 'waiting', 'unknown') and q.sets_aside = 'nothing'
    and not exists (
        select 1 from current.set_aside as x
        where x.domain = p.domain and x.record_id = p.record_key and x.column_name = p.column_name
    )
