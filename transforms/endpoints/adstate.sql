-- Stays in states: where each subject of a multi-state model was from when to when
-- grain:  one row per model, subject of its population who reached its origin, and stay in a state
-- source: adam.adpop, adam.adorigin, adam.adevent, adam.adtte; states and moves from protocol.yaml; bounds of days from
--         current.imputed_date
-- rule:   everybody begins on day 0 in the state the protocol names. The first happening on or after the day a state was entered
--         that leads out of it ends the stay; on one day happenings count in the order of adtte. No response counts after the
--         last infusion alone, a further infusion is one with a higher number. A stay that nothing ended lasts to the last contact
--         or the last assessment of the disease, as the protocol says.
-- caveat: a stay that ended on the day it began is kept here, with 0 days; a day that no rule of the protocol imputes stands within
--         its bounds (exitlo to exithi)
-- units:  entrydy and exitdy in days, 0 on day 0
with recursive at_origin as (
    select
        m.study_id, p.site_id, p.subject_id, m.model, m.label, m.population, m.origin, m.begins, m.censor_at,
        coalesce(o.infusion_number, 0) as infusion_number, o.origindt as startdt, o.srcdom, o.srcvar, o.srcseq
    from meta.state_model as m
    inner join adam.adpop as p on m.study_id = p.study_id and m.population = p.population and p.popfl = 'Y'
    inner join adam.adorigin as o
        on p.study_id = o.study_id and p.subject_id = o.subject_id and m.origin = o.origin
),

-- many happenings that move anybody of a model to one subject; the origin itself is not one of them
happened as (
    select
        a.study_id, a.model, a.subject_id, h.happening, h.eventdt, h.infusion_number, h.evntdesc, h.srcdom, h.srcvar, h.srcseq,
        case when h.happening like '%recovery' or h.happening in ('car_t_loss', 'remission') then 0
            when h.happening like '%relapse' then 1 when h.happening = 'no_response' then 2 when h.happening like '%gvhd' then 3
            when h.happening = 'death' then 4 else 5 end as place
    from at_origin as a
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and h.eventdt >= a.startdt
        and not (h.srcdom = a.srcdom and h.srcseq = a.srcseq)
    where exists (
        select 1 from meta.state_move as v
        where v.study_id = a.study_id and v.model = a.model and v.happening = h.happening
    )
),

walk as (
    select study_id, model, subject_id, 1 as stayn, begins as state, startdt as entrydt, -1 as place, infusion_number,
        cast(null as varchar) as happening, cast(null as varchar) as evntdesc, srcdom, srcvar, srcseq
    from at_origin

    union all

    select study_id, model, subject_id, stayn, state, entrydt, place, infusion_number, happening, evntdesc, srcdom, srcvar, srcseq
    from (
        select
            w.study_id, w.model, w.subject_id, w.stayn + 1 as stayn, v.next_state as state, h.eventdt as entrydt, h.place,
            if(h.happening = 'next_infusion', h.infusion_number, w.infusion_number) as infusion_number,
            h.happening, h.evntdesc, h.srcdom, h.srcvar, h.srcseq,
            row_number() over (
                partition by w.study_id, w.model, w.subject_id order by h.eventdt, h.place, h.srcseq, v.position
            ) as turn
        from walk as w
        inner join meta.state_move as v on w.study_id = v.study_id and w.model = v.model and w.state = v.state
        inner join happened as h
            on w.study_id = h.study_id and w.model = h.model and w.subject_id = h.subject_id and v.happening = h.happening
            -- each happening moves once: what comes next is later, or on the same day next in order
            and (
                h.eventdt > w.entrydt
                or (h.eventdt = w.entrydt and (h.place > w.place or (h.place = w.place and h.srcseq > w.srcseq)))
            )
        where (h.happening <> 'no_response' or h.infusion_number = w.infusion_number)
            and (h.happening <> 'next_infusion' or h.infusion_number > w.infusion_number)
    )
    where turn = 1
),

last_seen as (
    select a.study_id, a.model, a.subject_id, h.eventdt, h.srcdom, h.srcvar, h.srcseq
    from at_origin as a
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and h.eventdt >= a.startdt
        and h.happening = if(a.censor_at = 'last_assessment', 'assessment', 'contact')
    qualify row_number() over (
        partition by a.study_id, a.model, a.subject_id order by h.eventdt desc, h.srcdom, h.srcseq
    ) = 1
),

-- one stay to the one after it; the last to when the subject was last seen
ended as (
    select
        w.study_id, a.site_id, w.subject_id, w.model, a.label, a.population, a.origin, a.startdt, w.stayn, w.state, w.entrydt,
        n.state as nextstat, n.happening,
        coalesce(n.entrydt, greatest(w.entrydt, s.eventdt), w.entrydt) as exitdt,
        coalesce(n.evntdesc, 'Last seen in this state') as evntdesc,
        coalesce(n.srcdom, s.srcdom, w.srcdom) as srcdom, coalesce(n.srcvar, s.srcvar, w.srcvar) as srcvar,
        coalesce(n.srcseq, s.srcseq, w.srcseq) as srcseq,
        a.srcdom as origin_srcdom, a.srcvar as origin_srcvar, a.srcseq as origin_srcseq
    from walk as w
    inner join at_origin as a on w.study_id = a.study_id and w.model = a.model and w.subject_id = a.subject_id
    left join walk as n
        on w.study_id = n.study_id and w.model = n.model and w.subject_id = n.subject_id and n.stayn = w.stayn + 1
    left join last_seen as s on w.study_id = s.study_id and w.model = s.model and w.subject_id = s.subject_id
),

-- an event that is dated after its export has bounds that adtte knows
final as (
    select
        e.study_id, e.site_id, e.subject_id, e.model, e.label, e.population, e.origin, e.startdt,
        first.earliest as startlo, first.latest as starthi, e.stayn, e.state, e.nextstat, e.entrydt, e.exitdt,
        coalesce(last.earliest, t.adtlo) as exitlo, coalesce(last.latest, t.adthi) as exithi,
        date_diff('day', e.startdt, e.entrydt) as entrydy, date_diff('day', e.startdt, e.exitdt) as exitdy,
        e.evntdesc, e.srcdom, e.srcvar, e.srcseq
    from ended as e
    left join current.imputed_date as first
        on e.study_id = first.study_id and e.origin_srcdom = first.domain and e.origin_srcvar = first.column_name
        and e.origin_srcseq = first.record_id
    left join current.imputed_date as last
        on e.study_id = last.study_id and e.srcdom = last.domain and e.srcvar = last.column_name
        and e.srcseq = last.record_id and e.nextstat is not null
    left join adam.adtte as t
        on e.study_id = t.study_id and t.paramcd = e.model || '.' || e.happening and e.subject_id = t.subject_id
        and e.srcdom = t.srcdom and e.srcseq = t.srcseq
)

select * from final
