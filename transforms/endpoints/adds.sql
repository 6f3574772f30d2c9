-- Steps of the study that took place, did not, or ended
-- grain:  one row per subject, step and infusion it is about
-- source: cut.disposition, cut.subject, cut.death, adam.adex; planned infusions from protocol.yaml
-- rule:   an infusion that was given was given, whatever else is reported. A subject without the first planned infusion of whom no
--         site says why died before it where a death is on record; else nobody says
with first_planned as (
    select study_id, min(infusion_number) as infusion_number from meta.planned_infusion group by all
),

reported as (
    select d.study_id, d.site_id, d.subject_id, coalesce(d.disposition, 'unknown') as dsdecod,
        coalesce(d.infusion_number, if(d.disposition = 'not infused', p.infusion_number, null)) as infusion_number,
        d.disposition_date as dsdt, d.reason as dsreas, d.consent_covers as dscover,
        'disposition' as srcdom, 'disposition' as srcvar, d.record_id as srcseq
    from cut.disposition as d
    left join first_planned as p on d.study_id = p.study_id
),

never as (
    select s.study_id, s.site_id, s.subject_id, 'not infused' as dsdecod, p.infusion_number,
        cast(null as date) as dsdt, if(x.record_id is null, null, 'death') as dsreas, cast(null as varchar) as dscover,
        if(x.record_id is null, 'subject', 'death') as srcdom,
        if(x.record_id is null, 'enrollment_date', 'death_date') as srcvar, coalesce(x.record_id, s.record_id) as srcseq
    from cut.subject as s
    inner join first_planned as p on s.study_id = p.study_id
    left join cut.death as x on s.study_id = x.study_id and s.subject_id = x.subject_id
    left join reported as r
        on s.subject_id = r.subject_id and r.dsdecod = 'not infused' and p.infusion_number = r.infusion_number
    where r.subject_id is null
),

every_one as (
    select * from reported
    union all by name
    select * from never
),

final as (
    select e.* replace (coalesce(e.infusion_number, 0) as infusion_number) from every_one as e
    left join adam.adex as g
        on e.study_id = g.study_id and e.subject_id = g.subject_id and e.infusion_number = g.infusion_number
    where e.dsdecod <> 'not infused' or g.subject_id is null
    qualify row_number() over (
        partition by e.study_id, e.subject_id, e.dsdecod, e.infusion_number order by e.dsdt, e.srcseq
    ) = 1
)

select * from final
