-- Response in the window of each infusion
-- grain:  one row per subject and infusion that has a response window in the protocol
-- source: cut.infusion, cut.response; windows and responders from protocol.yaml
-- rule:   the assessment nearest to the due day counts, an evaluable one before one that is not, the earlier of two
--         equally near; an assessment belongs to the infusion the site names, else to the last infusion before it
-- caveat: a subject without an assessment in the window is not evaluable (NE) and stays in the enrolled denominator
with infusion as (
    select
        *,
        lead(infusion_date) over (partition by study_id, subject_id order by infusion_number) as next_infusion_date
    from cut.infusion
),

-- many assessments to one infusion, none where the window is empty
assessed as (
    select
        i.study_id, i.site_id, i.subject_id, i.infusion_number, i.target, i.infusion_date,
        r.response, r.mrd_status, r.assessment_date, r.record_id,
        date_diff('day', i.infusion_date, r.assessment_date) as days,
        w.day as due_day
    from infusion as i
    inner join meta.response_window as w
        on i.study_id = w.study_id and i.infusion_number = w.infusion_number
    left join cut.response as r
        on i.study_id = r.study_id
        and i.subject_id = r.subject_id
        and date_diff('day', i.infusion_date, r.assessment_date) between w.from_day and w.to_day
        and coalesce(
            r.infusion_number = i.infusion_number,
            i.next_infusion_date is null or r.assessment_date < i.next_infusion_date
        )
),

nearest as (
    select *
    from assessed
    qualify row_number() over (
        partition by study_id, subject_id, infusion_number
        order by response is null or response = 'NE', abs(days - due_day), assessment_date, record_id
    ) = 1
),

final as (
    select
        n.study_id, n.site_id, n.subject_id, n.infusion_number, n.target,
        n.infusion_date as infusiondt,
        coalesce(n.response, 'NE') as avalc,
        n.assessment_date as adt,
        n.days as ady,
        n.mrd_status,
        if(coalesce(n.response, 'NE') <> 'NE', 'Y', 'N') as evalfl,
        if(p.response is not null, 'Y', 'N') as respfl,
        case
            when n.mrd_status is null or n.mrd_status = 'not done' then null
            when p.response is not null and n.mrd_status = 'negative' then 'Y'
            else 'N'
        end as mrdnegfl,
        if(n.record_id is null, null, 'response') as srcdom,
        if(n.record_id is null, null, 'response') as srcvar,
        n.record_id as srcseq
    from nearest as n
    left join meta.responder as p
        on n.study_id = p.study_id and n.infusion_number = p.infusion_number and n.response = p.response
)

select * from final
