-- Day 0 of every endpoint
-- grain:  one row per origin of meta.origin and subject who reached it
-- source: adam.adex, cut.response, cut.transplant, cut.subject; definitions from protocol.yaml, and of other admissible ones
-- rule:   remission is the first CR or CRi on or after the infusion meant and before the next one;
--         transplant is the first one after that infusion, or the first at all in a study without infusions
with infusion as (
    select study_id, site_id, subject_id, infusion_number, infusiondt as infusion_date, nextdt as next_infusion_date,
        srcseq as record_id
    from adam.adex
),

reached as (
    select o.origin, o.infusion_number, i.study_id, i.site_id, i.subject_id,
        i.infusion_date as origindt, 'infusion' as srcdom, 'infusion_date' as srcvar, i.record_id as srcseq
    from meta.origin as o
    inner join infusion as i on o.study_id = i.study_id and o.infusion_number = i.infusion_number
    where o.kind = 'infusion'

    union all

    select o.origin, o.infusion_number, r.study_id, r.site_id, r.subject_id,
        r.assessment_date, 'response', 'assessment_date', r.record_id
    from meta.origin as o
    inner join infusion as i on o.study_id = i.study_id and o.infusion_number = i.infusion_number
    inner join cut.response as r
        on i.study_id = r.study_id and i.subject_id = r.subject_id
        and r.response in {complete_remission}
        and r.assessment_date >= i.infusion_date
        and (i.next_infusion_date is null or r.assessment_date < i.next_infusion_date)
    where o.kind = 'remission'

    union all

    select o.origin, o.infusion_number, t.study_id, t.site_id, t.subject_id,
        t.transplant_date, 'transplant', 'transplant_date', t.record_id
    from meta.origin as o
    inner join cut.transplant as t on o.study_id = t.study_id
    left join infusion as i
        on t.study_id = i.study_id and t.subject_id = i.subject_id and i.infusion_number = o.infusion_number
    where o.kind = 'transplant' and (i.infusion_date is null or t.transplant_date > i.infusion_date)

    union all

    select o.origin, null, s.study_id, s.site_id, s.subject_id,
        s.enrollment_date, 'subject', 'enrollment_date', s.record_id
    from meta.origin as o
    inner join cut.subject as s on o.study_id = s.study_id
    where o.kind = 'enrollment'
),

final as (
    select *
    from reached
    qualify row_number() over (partition by study_id, origin, subject_id order by origindt, srcseq) = 1
)

select * from final
