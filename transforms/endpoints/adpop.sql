-- Who belongs to which population, and why not
-- grain:  one row per population of the protocol and enrolled subject
-- source: cut.subject, cut.transplant, cut.adverse_event, cut.response, cut.cell_kinetics, current.set_aside, adam.adex, adam.adds, adam.adrs, adam.adevent, adam.adsl; definitions
--         from protocol.yaml
-- rule:   every condition the protocol states must hold; a condition it leaves out is no condition. The first that does not hold
--         is the reason for exclusion
-- caveat: `transplanted` means a transplant after the infusion meant and before any relapse that followed it
with candidate as (
    select s.study_id, s.site_id, s.subject_id, p.*exclude (study_id),
        coalesce(p.responded_after, p.evaluable_after, p.infused, 1) as infusion_meant
    from cut.subject as s
    inner join meta.population as p on s.study_id = p.study_id
),

-- infusions that may have been given, though none such is on record: a record of one is set aside whole, or of the subject's own or
-- under an id like it; something that follows one names it; or only an infusion brings what happened
told as (
    select x.study_id, coalesce(a.other, x.subject_id) as subject_id, x.infusion_number
    from current.set_aside as x
    left join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    where x.domain = 'infusion' and x.sets_aside = 'record'
    union
    select study_id, subject_id, infusion_number from cut.adverse_event
    where infusion_number is not null and coalesce(grade, 1) > 0
    union
    select study_id, subject_id, infusion_number from cut.response where infusion_number is not null
    union
    select study_id, subject_id, infusion_number from cut.cell_kinetics where infusion_number is not null
    union
    select v.study_id, v.subject_id, 1 from cut.adverse_event as v
    where v.term in ('CRS', 'ICANS') and coalesce(v.grade, 1) > 0 and v.infusion_number is null
        and not exists (
            select 1 from adam.adex as y where y.study_id = v.study_id and y.subject_id = v.subject_id
        )
),

may_be_given as (
    select distinct c.study_id, c.subject_id, c.population, n.infusion
    from candidate as c
    cross join lateral (select unnest([c.infused, coalesce(c.responded_after, c.evaluable_after)]) as infusion) as n
    inner join told as t
        on c.study_id = t.study_id and c.subject_id = t.subject_id and coalesce(t.infusion_number = n.infusion, true)
    where n.infusion is not null
        and not exists (
            select 1 from adam.adds as d
            where d.study_id = c.study_id and d.subject_id = c.subject_id and d.dsdecod = 'not infused' and d.srcdom = 'disposition'
                and d.infusion_number = n.infusion
        )
),

-- with the infusion meant, and how its response came out
described as (
    select
        c.*, x.subject_id is not null as was_infused, x.infusiondt, x.planfl, x.specfl, x.dose,
        w.subject_id is not null as was_to_be_assessed,
        e.evalfl, r.respfl, r.evalfl as response_evalfl,
        g.infusion is not null and x.subject_id is null as may_be_infused,
        h.infusion is not null and w.subject_id is null as may_be_assessed,
        a.dthdt, a.lstalvdt,
        exists (
            select 1 from adam.adex as y where y.study_id = c.study_id and y.subject_id = c.subject_id
        ) or exists (
            select 1 from adam.adds as d
            where d.study_id = c.study_id and d.subject_id = c.subject_id and d.dsdecod = 'apheresis'
        ) as was_apheresed,
        exists (
            select 1 from cut.adverse_event as v
            where v.study_id = c.study_id and v.subject_id = c.subject_id and v.dose_limiting = 'yes'
                and v.start_date between x.infusiondt and x.infusiondt + cast(c.followed_days as integer)
        ) as had_dose_limiting,
        exists (
            select 1 from cut.adverse_event as v
            inner join current.set_aside as u on v.record_id = u.record_id and u.domain = 'adverse_event' and u.column_name = 'dose_limiting'
            where v.study_id = c.study_id and v.subject_id = c.subject_id
                and coalesce(v.start_date between x.infusiondt and x.infusiondt + cast(c.followed_days as integer), true)
        ) and coalesce(a.lstalvdt, x.infusiondt) < x.infusiondt + cast(c.followed_days as integer) as may_have_had_dose_limiting,
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
                    select 1 from adam.adevent as z
                    where z.study_id = t.study_id and z.subject_id = t.subject_id and z.happening = 'relapse'
                        and z.eventdt between i.infusiondt and t.transplant_date
                )
        ) as was_transplanted_in_remission
    from candidate as c
    left join adam.adsl as a on c.study_id = a.study_id and c.subject_id = a.subject_id
    left join adam.adex as x on c.study_id = x.study_id and c.subject_id = x.subject_id and c.infused = x.infusion_number
    left join adam.adex as w
        on c.study_id = w.study_id and c.subject_id = w.subject_id
        and coalesce(c.responded_after, c.evaluable_after) = w.infusion_number
    left join may_be_given as g
        on c.study_id = g.study_id and c.subject_id = g.subject_id and c.population = g.population and c.infused = g.infusion
    left join may_be_given as h
        on c.study_id = h.study_id and c.subject_id = h.subject_id and c.population = h.population
        and coalesce(c.responded_after, c.evaluable_after) = h.infusion
    left join adam.adrs as e
        on c.study_id = e.study_id and c.subject_id = e.subject_id and c.evaluable_after = e.infusion_number
    left join adam.adrs as r
        on c.study_id = r.study_id and c.subject_id = r.subject_id and c.responded_after = r.infusion_number
),

judged as (
    select *,
        case
            when apheresed <> was_apheresed then if(apheresed, 'not_apheresed', 'apheresed')
            when infused is not null and not was_infused and not may_be_infused then 'not_infused'
            when as_planned is not null and planfl = if(as_planned, 'N', 'Y') then if(as_planned, 'other_product', 'planned_product')
            when in_specification is not null and specfl = if(in_specification, 'N', 'Y')
                then if(in_specification, 'out_of_specification', 'in_specification')
            when dose < dose_from or dose >= dose_below then 'other_dose'
            when followed_days is not null
                and coalesce(lstalvdt, infusiondt) < infusiondt + cast(followed_days as integer)
                and if(dose_limiting, not had_dose_limiting and not may_have_had_dose_limiting, dthdt is null) then 'not_followed'
            -- after an infusion that was not given there is no response to be assessed
            when coalesce(responded_after, evaluable_after) is not null and not was_to_be_assessed and not may_be_assessed then 'not_infused'
            when evaluable_after is not null and was_to_be_assessed and coalesce(evalfl, 'N') = 'N' then 'not_evaluable'
            when responded_after is not null and was_to_be_assessed and coalesce(respfl, 'N') = 'N'
                then if(coalesce(response_evalfl, 'N') = 'N', 'not_evaluable', 'no_response')
            when transplanted <> was_transplanted_in_remission and not (has_any_transplant and (may_be_infused or may_be_assessed))
                then if(transplanted, 'not_transplanted', 'transplanted')
            when has_transplant <> has_any_transplant then if(has_transplant, 'not_transplanted', 'transplanted')
        end as not_met,
        case
            when may_be_infused or may_be_assessed then 'infusion_unknown'
            when as_planned is not null and planfl is null then 'product_unknown'
            when in_specification is not null and specfl is null then 'specification_unknown'
            when dose_limiting and not had_dose_limiting and may_have_had_dose_limiting then 'toxicity_unknown'
            when (dose_from is not null or dose_below is not null) and dose is null then 'dose_unknown'
            when evalfl = 'U' or respfl = 'U' then 'response_unknown'
        end as not_known
    from described
),

final as (
    select
        j.study_id, j.site_id, j.subject_id, j.population,
        case when j.not_met is not null then 'N' when j.not_known is not null then 'U' else 'Y' end as popfl,
        coalesce(j.not_met, j.not_known) as exclcd,
        if(j.not_met = 'not_infused', n.dsreas, null) as exclrs
    from judged as j
    left join adam.adds as n
        on j.study_id = n.study_id and j.subject_id = n.subject_id and n.dsdecod = 'not infused'
        and coalesce(if(j.was_infused, null, j.infused), j.responded_after, j.evaluable_after) = n.infusion_number
)

select * from final
