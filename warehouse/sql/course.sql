-- Courses: infusions that the protocol counts as one
-- grain:  one row per subject and course, named as cut.infusion is
-- source: cut.administration (every infusion as reported), meta.planned_infusion, meta.planned_target
-- rule:   fractions of one infusion are one course; so is an infusion with the one it is `course_of`, where the protocol sets no
--         limit of days or it was given within it. Day 0 is the first or the last day, as the protocol says. The dose of a course is
--         the sum of its parts, unknown where one of them is; of living cells, cells with the receptor the lowest is taken. One part out
--         of specification or not as planned is so of the course; one of which that is unknown leaves it unknown
-- caveat: infusion_number is that of the course; record_id is the record that gives day 0
with head as (
    select subject_id, infusion_number, min(infusion_date) as head_date
    from cut.administration
    group by all
),

numbered as (
    select a.*,
        case
            when h.subject_id is null then a.infusion_number
            when p.within_days is null or abs(date_diff('day', h.head_date, a.infusion_date)) <= p.within_days then p.course_of
            else a.infusion_number
        end as course
    from cut.administration as a
    left join meta.planned_infusion as p on a.study_id = p.study_id and a.infusion_number = p.infusion_number
    left join head as h on a.subject_id = h.subject_id and p.course_of = h.infusion_number
),

placed as (
    select n.*,
        row_number() over (
            -- an infusion whose number nobody knows is a course of its own
            partition by n.subject_id, n.course, if(n.course is null, n.record_id, null)
            order by if(p.day_0 = 'last', date '9999-12-31' - n.infusion_date, n.infusion_date - date '0001-01-01') nulls last,
                n.infusion_number, n.record_id
        ) as place
    from numbered as n
    left join meta.planned_infusion as p on n.study_id = p.study_id and n.course = p.infusion_number
),

planned as (
    select p.record_id, bool_or(t.target is not null) as as_planned
    from placed as p
    left join meta.planned_target as t
        on p.study_id = t.study_id and p.infusion_number = t.infusion_number and p.target = t.target
    group by all
),

course as (
    select
        subject_id, course, if(course is null, p.record_id, null) as alone,
        case when bool_or(p.target is not null and not n.as_planned) then false when count(p.target) = count(*) then true end as as_planned,
        min(infusion_date) as first_date, max(infusion_date) as last_date, count(*) as administrations,
        string_agg(distinct target, ' + ' order by target) as targets,
        if(count(*) = count(dose_1e5_per_kg), sum(dose_1e5_per_kg), null) as dose,
        min(viability_pct) as viability, min(transduction_pct) as transduction,
        case when bool_or(in_specification = 'no') then 'no' when count(in_specification) = count(*) then 'yes' end as specification
    from placed as p
    inner join planned as n on p.record_id = n.record_id
    group by subject_id, course, alone
)

select
    p.* exclude (course, place)
    replace (
        p.course as infusion_number, coalesce(c.targets, p.target) as target, c.dose as dose_1e5_per_kg, c.viability as viability_pct,
        c.transduction as transduction_pct, c.specification as in_specification
    ),
    c.first_date, c.last_date, c.administrations, c.as_planned
from placed as p
inner join course as c
    on p.subject_id = c.subject_id and p.course is not distinct from c.course
    and if(p.course is null, p.record_id, null) is not distinct from c.alone
where p.place = 1
