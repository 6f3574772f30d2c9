-- Courses of CAR-T cells
-- grain:  one row per subject and course
-- source: cut.infusion; targets the protocol plans from meta.planned_target, courses from meta.planned_infusion
-- rule:   a course is one infusion, or several that the protocol counts as one; its number and its product decide who received what,
--         never how many infusions are on record
-- units:  dose in 1e5 cells/kg, viab and tran in per cent
with planned as (
    select i.study_id, i.record_id, bool_or(t.target is not null) as as_planned
    from cut.infusion as i
    left join meta.planned_infusion as p
        on i.study_id = p.study_id and i.infusion_number in (p.infusion_number, p.course_of)
    left join meta.planned_target as t
        on p.study_id = t.study_id and p.infusion_number = t.infusion_number
        and list_contains(string_split(i.target, ' + '), t.target)
    group by all
)

select
    i.study_id, i.site_id, i.subject_id, i.infusion_number, i.target,
    i.infusion_date as infusiondt, i.first_date as firstdt, i.last_date as lastdt,
    lead(i.infusion_date) over (partition by i.study_id, i.subject_id order by i.infusion_date, i.infusion_number) as nextdt,
    i.administrations as exn,
    i.dose_1e5_per_kg as dose, i.viability_pct as viab, i.transduction_pct as tran,
    case when i.target is null then null when p.as_planned then 'Y' else 'N' end as planfl,
    case i.in_specification when 'yes' then 'Y' when 'no' then 'N' end as specfl,
    'infusion' as srcdom, 'infusion_date' as srcvar, i.record_id as srcseq
from cut.infusion as i
inner join planned as p on i.study_id = p.study_id and i.record_id = p.record_id
where i.infusion_number is not null
