-- Who belongs to which population
-- grain:  one row per population of the protocol and subject in it
-- source: cut.subject, adam.adex, cut.transplant, cut.relapse, adam.adrs; definitions from protocol.yaml
-- rule:   every condition the protocol states must hold; a condition it leaves out is no condition
-- caveat: `transplanted` means a transplant after the infusion meant and before any relapse that followed it
with candidate as (
    select s.study_id, s.site_id, s.subject_id, p.*exclude (study_id),
        coalesce(p.responded_after, p.evaluable_after, p.infused, 1) as infusion_meant
    from cut.subject as s
    inner join meta.population as p on s.study_id = p.study_id
),

described as (
    select
        c.*,
        exists (
            select 1 from adam.adex as i
            where i.study_id = c.study_id and i.subject_id = c.subject_id and i.infusion_number = c.infused
        ) as was_infused,
        exists (
            select 1 from adam.adrs as r
            where r.study_id = c.study_id and r.subject_id = c.subject_id
                and r.infusion_number = c.evaluable_after and r.evalfl = 'Y'
        ) as was_evaluable,
        exists (
            select 1 from adam.adrs as r
            where r.study_id = c.study_id and r.subject_id = c.subject_id
                and r.infusion_number = c.responded_after and r.respfl = 'Y'
        ) as did_respond,
        exists (
            select 1 from cut.transplant as t
            where t.study_id = c.study_id and t.subject_id = c.subject_id
        ) as has_any_transplant,
        exists (
            select 1 from cut.transplant as t
            inner join adam.adex as i
                on i.study_id = t.study_id and i.subject_id = t.subject_id and i.infusion_number = c.infusion_meant
            where t.study_id = c.study_id and t.subject_id = c.subject_id
                and t.transplant_date > i.infusiondt
                and not exists (
                    select 1 from cut.relapse as x
                    where x.study_id = t.study_id and x.subject_id = t.subject_id
                        and x.relapse_date between i.infusiondt and t.transplant_date
                )
        ) as was_transplanted_in_remission
    from candidate as c
),

final as (
    select study_id, site_id, subject_id, population
    from described
    where (infused is null or was_infused)
        and (evaluable_after is null or was_evaluable)
        and (responded_after is null or did_respond)
        and (transplanted is null or was_transplanted_in_remission = transplanted)
        and (has_transplant is null or has_any_transplant = has_transplant)
)

select * from final
