-- Courses of CAR-T cells
-- grain:  one row per subject and course
-- source: cut.infusion; courses and what the protocol plans from protocol.yaml
-- rule:   a course is one infusion, or several that the protocol counts as one; its number and its product decide who received what,
--         never how many infusions are on record
-- units:  dose in 1e5 cells/kg, viab and tran in per cent
select
    i.study_id, i.site_id, i.subject_id, i.infusion_number, i.target,
    i.infusion_date as infusiondt, i.first_date as firstdt, i.last_date as lastdt,
    lead(i.infusion_date) over (partition by i.study_id, i.subject_id order by i.infusion_date, i.infusion_number) as nextdt,
    i.administrations as exn,
    i.dose_1e5_per_kg as dose, i.viability_pct as viab, i.transduction_pct as tran,
    case i.as_planned when true then 'Y' when false then 'N' end as planfl,
    case i.in_specification when 'yes' then 'Y' when 'no' then 'N' end as specfl,
    'infusion' as srcdom, 'infusion_date' as srcvar, i.record_id as srcseq
from cut.infusion as i
where i.infusion_number is not null
