-- Response in the window of each infusion
-- grain:  one row per subject and infusion that has a response window in the protocol
-- source: adam.adex, cut.response; windows and responders from protocol.yaml; days not known from current.imputed_date,
--         cells not known from current.set_aside
-- rule:   the assessment nearest to the due day counts, or where the protocol says so the best one, an evaluable one before one that is not, the earlier of two
--         equally near; an assessment belongs to the infusion the site names, else to the last infusion before it
--         An assessment whose response is unknown counts where it is the nearest, as unknown. One whose day is known
--         within bounds only counts where these lie in the window; where they reach out of it, it leaves the response
--         unknown unless another assessment in the window is evaluable. So does one on a day on which it can't have been:
--         before its infusion or after the export that tells of it.
-- caveat: a subject without an assessment in the window is not evaluable (NE) and stays in the enrolled denominator
with infusion as (
    select study_id, site_id, subject_id, infusion_number, target, infusiondt as infusion_date, nextdt as next_infusion_date,
        srcseq as record_id
    from adam.adex
),

bounded as (
    select * from current.imputed_date where column_name in ('infusion_date', 'assessment_date') and earliest is not null
),

-- the days an assessment can lie after the infusion, from first to last: one day where both dates are known
dated as (
    select
        i.study_id, i.site_id, i.subject_id, i.infusion_number, i.target, i.infusion_date, i.next_infusion_date,
        r.response, r.mrd_status, r.assessment_date, r.record_id, r.infusion_number as named_infusion, r.extract_date,
        w.day as due_day, w.from_day, w.to_day, w.counts,
        date_diff('day', i.infusion_date, r.assessment_date) as days,
        date_diff('day', coalesce(b0.latest, i.infusion_date), coalesce(b.earliest, r.assessment_date)) as first_day,
        date_diff('day', coalesce(b0.earliest, i.infusion_date), coalesce(b.latest, r.assessment_date)) as last_day
    from infusion as i
    inner join meta.response_window as w
        on i.study_id = w.study_id and i.infusion_number = w.infusion_number
    left join cut.response as r on i.study_id = r.study_id and i.subject_id = r.subject_id
    left join bounded as b on b.domain = 'response' and r.record_id = b.record_id
    left join bounded as b0 on b0.domain = 'infusion' and i.record_id = b0.record_id
),

-- no assessment of this study: before any infusion, where none follows one and the subject lived through the window
outlived as (
    select d.study_id, d.subject_id, d.infusion_number
    from dated as d
    left join cut.death as x on d.study_id = x.study_id and d.subject_id = x.subject_id
    group by all
    having max(d.last_day) < 0 and coalesce(date_diff('day', max(d.infusion_date), min(x.death_date)) > max(d.to_day), true)
),

-- an assessment on a day on which it can't have been was made on some other, which may lie in the window
misdated as (
    select d.study_id, d.record_id, d.infusion_number
    from dated as d
    left join outlived as o
        on d.study_id = o.study_id and d.subject_id = o.subject_id and d.infusion_number = o.infusion_number
    where case
        when d.assessment_date > d.extract_date then coalesce(d.named_infusion = d.infusion_number, d.next_infusion_date is null)
        when d.named_infusion is null then d.infusion_number = 1 and o.subject_id is not null
        else d.named_infusion = d.infusion_number and d.last_day < 0
    end
),

-- many assessments to one infusion, none where the window is empty
assessed as (
    select
        d.*,
        first_day >= from_day and last_day <= to_day as is_inside,
        response is null or (response <> 'NE' and not (first_day >= from_day and last_day <= to_day)) as is_unknown
    from dated as d
    left join misdated as m
        on d.study_id = m.study_id and d.record_id = m.record_id and d.infusion_number = m.infusion_number
    where
        m.record_id is not null
        or (
            last_day >= from_day and first_day <= to_day
            and coalesce(
                named_infusion = d.infusion_number, next_infusion_date is null or assessment_date < next_infusion_date
            )
        )
),

candidate as (
    select distinct
        d.study_id, d.site_id, d.subject_id, d.infusion_number, d.target, d.infusion_date,
        a.response, a.mrd_status, a.assessment_date, a.record_id, a.days, a.due_day, a.is_inside, a.is_unknown, d.counts
    from dated as d
    left join assessed as a
        on d.study_id = a.study_id and d.subject_id = a.subject_id and d.infusion_number = a.infusion_number
),

nearest as (
    select *
    from candidate
    qualify row_number() over (
        partition by study_id, subject_id, infusion_number
        order by
            record_id is null or coalesce(response = 'NE', false), not is_inside,
            -- one that is unknown may be any: it gives way to a remission alone
            if(counts = 'best', case response when 'CR' then 1 when 'CRi' then 2 when 'PR' then 4 when 'NR' then 5 else 3 end, 0), abs(days - due_day),
            assessment_date, record_id
    ) = 1
),

residual as (
    select study_id, record_id from current.set_aside
    where domain = 'response' and column_name in ('mrd_status', 'mrd_pct')
    union
    -- a limit that decides nothing, else the status followed from it
    select study_id, record_id from cut.response
    where mrd_pct_below is not null or mrd_pct_above is not null
),

-- a record set aside whole may be an assessment of this window, of the subject's own or under an id like the subject's
aside as (
    select x.study_id, coalesce(a.other, x.subject_id) as subject_id, x.infusion_number
    from current.set_aside as x
    left join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    where x.domain = 'response' and x.sets_aside = 'record'
),

unseen as (
    select distinct n.study_id, n.subject_id, n.infusion_number
    from nearest as n
    inner join aside as x
        on n.study_id = x.study_id and n.subject_id = x.subject_id
        and coalesce(n.infusion_number = x.infusion_number, true)
    where n.record_id is null
),

-- a response first seen after the window has closed, before the next infusion
later as (
    select d.study_id, d.subject_id, d.infusion_number, min(d.assessment_date) as first_later
    from dated as d
    inner join meta.responder as p
        on d.study_id = p.study_id and d.infusion_number = p.infusion_number and d.response = p.response
    where d.first_day > d.to_day and (d.next_infusion_date is null or d.assessment_date < d.next_infusion_date)
    group by all
),

judged as (
    select
        n.* exclude (is_unknown, counts), l.first_later, coalesce(n.is_unknown, false) or u.subject_id is not null as is_unknown, p.response is not null as is_responder, m.record_id is not null as is_residual_unknown
    from nearest as n
    left join meta.responder as p
        on n.study_id = p.study_id and n.infusion_number = p.infusion_number and n.response = p.response
    left join residual as m on n.study_id = m.study_id and n.record_id = m.record_id and n.mrd_status is null
    left join later as l
        on n.study_id = l.study_id and n.subject_id = l.subject_id and n.infusion_number = l.infusion_number
    left join unseen as u
        on n.study_id = u.study_id and n.subject_id = u.subject_id and n.infusion_number = u.infusion_number
),

final as (
    select
        study_id, site_id, subject_id, infusion_number, target,
        infusion_date as infusiondt,
        case when is_unknown then 'UNK' when record_id is null then 'NE' else response end as avalc,
        assessment_date as adt,
        days as ady,
        mrd_status,
        case when is_unknown then 'U' when record_id is null or response = 'NE' then 'N' else 'Y' end as evalfl,
        case when is_unknown then 'U' when record_id is null then 'N' when is_responder then 'Y' else 'N' end as respfl,
        case
            when is_residual_unknown then if(is_unknown or is_responder, 'U', 'N')
            when mrd_status is null or mrd_status = 'not done' then null
            when mrd_status <> 'negative' then 'N'
            when is_unknown then 'U'
            when is_responder then 'Y'
            else 'N'
        end as mrdnegfl,
        case when not coalesce(is_responder, false) then first_later end as laterdt,
        if(record_id is null, null, 'response') as srcdom,
        if(record_id is null, null, 'response') as srcvar,
        record_id as srcseq
    from judged
)

select * from final
