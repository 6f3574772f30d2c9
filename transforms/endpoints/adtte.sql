-- Time to event: os, lfs, efs, cir and whatever else the protocol declares
-- grain:  one row per endpoint and subject of its population who reached its origin
-- source: adam.adpop, adam.adorigin, adam.adevent; roles of happenings from protocol.yaml; flags of imputed dates
--         and bounds from current.imputed_date; records set aside from current.set_aside, days from
--         current.dated_record and current.bounded_date
-- rule:   the first happening on or after day 0 that has a role decides: event, competing event, or censoring
--         (transplant, where the protocol says so). On one day what a sample shows comes before relapse, that before failure, that before severe GVHD, that before
--         death, death before anything else, and all before censoring, in whatever role: so no subject has two first events. Without any, the
--         subject is censored at the last contact or the last assessment of the disease, as the protocol says; without either,
--         on day 0, so that nobody drops out.
--         Where a record of an event is set aside whole, whether the event happened is unknown (unkfl); so it is where its day
--         is one on which it can't have been: a death before day 0, a relapse before any infusion or after death, anything after
--         the export that tells of it, a status or a milestone nobody can read, leukemia found on an unknown day; GVHD of which
--         nobody says how severe it was, or since when.
-- caveat: a day that no rule of the protocol imputes stands within its bounds (adtlo to adthi, startlo to starthi); an event
--         dated after its export stands on that day, though its bounds say that it was before
-- units:  aval in days, 0 on day 0; avalm = aval / {days_per_month}
with at_origin as (
    select
        e.study_id, p.site_id, p.subject_id, e.paramcd, e.param, e.population, e.origin, e.transplant, e.censor_at,
        e.no_response_on,
        o.infusion_number, o.origindt as startdt, o.srcdom as origin_srcdom, o.srcvar as origin_srcvar,
        o.srcseq as origin_srcseq
    from meta.endpoint as e
    inner join adam.adpop as p on e.study_id = p.study_id and e.population = p.population and p.popfl = 'Y'
    inner join adam.adorigin as o
        on p.study_id = o.study_id and p.subject_id = o.subject_id and e.origin = o.origin
),

-- many happenings with a role to one endpoint and subject; the origin itself is not one of them
counted as (
    select a.*exclude (origin_srcdom, origin_srcvar, origin_srcseq), r.role,
        if(h.happening = 'no_response' and a.no_response_on = 'day_0', a.startdt, h.eventdt) as eventdt, h.eventdtf, h.happening, h.evntdesc, h.srcdom, h.srcvar, h.srcseq
    from at_origin as a
    inner join meta.endpoint_role as r on a.study_id = r.study_id and a.paramcd = r.paramcd
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and r.happening = h.happening
    where h.eventdt >= a.startdt
        and not (h.srcdom = a.origin_srcdom and h.srcseq = a.origin_srcseq)
        and (h.happening <> 'no_response' or h.infusion_number = a.infusion_number)
        and (h.happening <> 'next_infusion' or h.infusion_number > coalesce(a.infusion_number, 0))
),

decided as (
    select *
    from counted
    qualify row_number() over (
        partition by study_id, paramcd, subject_id
        order by
            eventdt,
            role = 'censor',
            case when happening like '%recovery' or happening in ('car_t_loss', 'remission') then 0 when happening like '%relapse' then 1
                when happening = 'no_response' then 2 when happening like '%gvhd' then 3 when happening = 'death' then 4 else 5 end,
            -- one relapse of a kind that is the event, where any relapse competes
            role = 'competing',
            srcseq
    ) = 1
),

last_seen as (
    select a.study_id, a.paramcd, a.subject_id, h.eventdt, h.happening, h.srcdom, h.srcvar, h.srcseq
    from at_origin as a
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and h.eventdt >= a.startdt
        and h.happening = if(a.censor_at = 'last_assessment', 'assessment', 'contact')
    qualify row_number() over (
        partition by a.study_id, a.paramcd, a.subject_id order by h.eventdt desc, h.srcdom, h.srcseq
    ) = 1
),

ended as (
    select
        a.study_id, a.site_id, a.subject_id, a.paramcd, a.param, a.population, a.origin, a.infusion_number,
        a.transplant, a.startdt,
        -- a day that stands in for one of which nothing is known shows nobody free of the event for longer than anybody saw it
        if(
            d.role = 'censor' and d.eventdtf = 'Y', least(d.eventdt, coalesce(s.eventdt, a.startdt)),
            coalesce(d.eventdt, s.eventdt, a.startdt)
        ) as adt,
        date_diff('day', a.startdt, adt) as aval,
        date_diff('day', a.startdt, adt) / {days_per_month} as avalm,
        case d.role when 'event' then 0 when 'competing' then 2 else 1 end as cnsr,
        case d.role when 'event' then 1 when 'competing' then 2 else 0 end as event,
        case
            when d.role = 'censor' then 'Censored at ' || lower(d.evntdesc[1]) || d.evntdesc[2:]
            when d.role is not null then d.evntdesc
            when s.happening = 'assessment' then 'Censored at last assessment'
            when s.happening = 'contact' then 'Censored at last contact'
            else 'Censored on day 0: nothing known after the origin'
        end as evntdesc,
        coalesce(d.srcdom, s.srcdom, a.origin_srcdom) as srcdom,
        coalesce(d.srcvar, s.srcvar, a.origin_srcvar) as srcvar,
        coalesce(d.srcseq, s.srcseq, a.origin_srcseq) as srcseq,
        a.origin_srcdom, a.origin_srcvar, a.origin_srcseq
    from at_origin as a
    left join decided as d
        on a.study_id = d.study_id and a.paramcd = d.paramcd and a.subject_id = d.subject_id
    left join last_seen as s
        on a.study_id = s.study_id and a.paramcd = s.paramcd and a.subject_id = s.subject_id
),

-- adverse events of another term change nothing
told as (
    select *, case happening when 'severe_acute_gvhd' then 'acute GVHD' when 'severe_chronic_gvhd' then 'chronic GVHD' end as term
    from meta.endpoint_role
),

-- the domains a happening with a role is told in; of any other a record set aside changes nothing
aside as (
    select distinct r.study_id, r.paramcd, x.site_id, x.subject_id
    from told as r
    inner join current.set_aside as x
        on r.study_id = x.study_id and x.sets_aside = 'record' and r.role in ('event', 'competing')
        and x.domain = r.domain
        and coalesce(x.what = r.term, true)
),

-- the days between which what follows an infusion can happen; followed: the day of the infusion an origin follows
course as (
    select
        a.study_id, a.paramcd, a.subject_id,
        min(h.eventdt) filter (h.happening = 'next_infusion') as first_infusion,
        min(h.eventdt) filter (h.happening = 'next_infusion' and h.infusion_number = a.infusion_number) as followed,
        min(h.eventdt) filter (h.happening = 'death') as died
    from at_origin as a
    inner join adam.adevent as h on a.study_id = h.study_id and a.subject_id = h.subject_id
    where h.happening in ('next_infusion', 'death')
    group by all
),

-- happenings on a day on which they can't have been: they have happened on some other, which may follow day 0
misdated as (
    select distinct a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing')
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and r.happening = h.happening
    left join course as c on a.study_id = c.study_id and a.paramcd = c.paramcd and a.subject_id = c.subject_id
    left join cut.subject as s on a.subject_id = s.subject_id
    left join meta.origin as o on a.study_id = o.study_id and a.origin = o.origin
    where case h.happening
        when 'no_response' then false
        when 'remission' then false
        when 'new_therapy' then false
        when 'death' then h.eventdt < a.startdt
        when 'next_infusion' then h.eventdt < a.startdt and h.infusion_number > a.infusion_number
        when 'transplant' then h.eventdt < s.enrollment_date or h.eventdt > c.died
        else
            -- graft-versus-host disease may be of a transplant before the infusion
            (h.eventdt < c.first_infusion and h.happening not like '%gvhd') or h.eventdt > c.died
            -- the first remission after an infusion is before any relapse from it
            or (h.happening like '%relapse' and o.kind = 'remission' and h.eventdt >= c.followed and h.eventdt < a.startdt)
    end
),

-- the days on which a contact without its day can have been, or an adverse event have begun
part as (
    select domain, record_id, latest from meta.partial_date
    where (domain, column_name) in (('follow_up', 'contact_date'), ('adverse_event', 'start_date')) and latest is not null
        and (getvariable('as_of') is null or valid_from <= getvariable('as_of'))
        and (valid_to is null or valid_to > getvariable('as_of'))
),

-- contacts whose finding can't be read
unread as (
    select f.study_id, f.subject_id, f.contact_date
    from current.set_aside as x
    inner join cut.follow_up as f on x.study_id = f.study_id and x.record_id = f.record_id
    where x.domain = 'follow_up' and x.column_name = 'disease_status'
),

doubtful as (
    select study_id, paramcd, subject_id from aside
    union
    -- a record under an id that may be this subject's
    select x.study_id, x.paramcd, a.other
    from aside as x
    inner join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    union
    select distinct r.study_id, r.paramcd, a.subject_id
    from meta.endpoint_role as r
    inner join adam.adrs as a on r.study_id = a.study_id and a.respfl = 'U'
    where r.happening in ('no_response', 'remission') and r.role = 'event'
    union
    -- it has happened, on some other day than the one given
    select r.study_id, r.paramcd, x.subject_id
    from told as r
    inner join current.record as x on r.study_id = x.study_id and r.domain = x.domain
    left join current.dated_record as t on x.domain = t.domain and x.record_id = t.record_id
    left join current.bounded_date as b on x.domain = b.domain and x.record_id = b.record_id
    left join cut.adverse_event as v on x.domain = 'adverse_event' and x.record_id = v.record_id
    where r.role in ('event', 'competing') and coalesce(t.clinical_date, b.earliest) > x.extract_date
        and coalesce(v.term = r.term, true)
    union
    select study_id, paramcd, subject_id from misdated
    union
    -- a relapse of which nobody says whether it is of the kind that is the event
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role = 'event'
    inner join cut.relapse as x on a.study_id = x.study_id and a.subject_id = x.subject_id and x.relapse_date >= a.startdt
    where case r.happening
        when 'mrd_relapse' then x.detection is null
        when 'overt_relapse' then x.detection is null and coalesce(x.relapse_site, 'unknown') in ('marrow', 'unknown')
        when 'extramedullary_relapse' then coalesce(x.relapse_site, 'unknown') = 'unknown'
        when 'cd19_negative_relapse' then coalesce(x.cd19_status, 'not done') = 'not done'
        when 'cd22_negative_relapse' then coalesce(x.cd22_status, 'not done') = 'not done'
        else false
    end
    union
    -- nor does a follow-up that finds leukemia
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role = 'event'
    inner join adam.adevent as h
        on a.study_id = h.study_id and a.subject_id = h.subject_id and h.happening = 'relapse' and h.srcdom = 'follow_up'
        and h.eventdt >= a.startdt
    where r.happening in ('mrd_relapse', 'extramedullary_relapse', 'cd19_negative_relapse', 'cd22_negative_relapse')
    union
    -- a treatment nobody can name, or a therapy on an unknown day
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing')
        and r.happening = 'new_therapy'
    inner join cut.treatment as x on a.study_id = x.study_id and a.subject_id = x.subject_id
    where coalesce(x.start_date >= a.startdt, true)
        and (x.treatment is null or (x.treatment = 'antileukemic' and x.start_date is null))
    union
    -- a contact whose finding can't be read may have found leukemia, unless a later look finds remission
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing')
        and (r.happening like '%relapse' or r.happening = 'no_response')
    inner join unread as f on a.study_id = f.study_id and a.subject_id = f.subject_id
    where coalesce(f.contact_date >= a.startdt, true)
        and not exists (
            select 1 from cut.follow_up as later
            where later.study_id = f.study_id and later.subject_id = f.subject_id
                and later.disease_status = 'remission' and later.contact_date > f.contact_date
        )
        and not exists (
            select 1 from cut.response as later
            where later.study_id = f.study_id and later.subject_id = f.subject_id
                and later.response in {complete_remission} and later.assessment_date > f.contact_date
        )
    union
    -- or may have told of the death, unless the subject was seen alive later
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing') and r.happening = 'death'
    inner join unread as f on a.study_id = f.study_id and a.subject_id = f.subject_id
    where not exists (
        select 1 from adam.adevent as later
        where later.study_id = f.study_id and later.subject_id = f.subject_id
            and later.happening = 'contact' and later.eventdt > f.contact_date
    )
    union
    -- leukemia found at a contact on an unknown day, where no relapse is on record
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing')
        and (r.happening like '%relapse' or r.happening = 'no_response')
    inner join cut.follow_up as f
        on a.study_id = f.study_id and a.subject_id = f.subject_id and f.disease_status = 'relapsed' and f.contact_date is null
    left join part as p on p.domain = 'follow_up' and f.record_id = p.record_id
    where coalesce(p.latest >= a.startdt, true)
        and not exists (
            select 1 from cut.relapse as x where x.study_id = f.study_id and x.subject_id = f.subject_id
        )
    union
    -- a response that can't be read, or a remission on an unknown day
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing') and r.happening = 'remission'
    inner join cut.response as x on a.study_id = x.study_id and a.subject_id = x.subject_id
    where coalesce(x.assessment_date >= a.startdt, true)
        and (x.response is null or (x.response in {complete_remission} and x.assessment_date is null))
    union
    -- an event that may be severe graft-versus-host disease, or is since a day nobody knows
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join told as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing') and r.term is not null
    inner join cut.adverse_event as x on a.study_id = x.study_id and a.subject_id = x.subject_id
    left join adam.adgrade as g on x.study_id = g.study_id and x.record_id = g.srcseq and g.scale = 'MAGIC'
    left join part as o on o.domain = 'adverse_event' and x.record_id = o.record_id
    where coalesce(x.term = r.term, true) and coalesce(x.grade, g.highest, 4) >= 3
        and (x.term is null or x.start_date is null or coalesce(x.grade, g.lowest, 0) < 3) and coalesce(x.start_date, o.latest, x.end_date, a.startdt) >= a.startdt
    union
    -- a milestone nobody can name
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing') and r.domain = 'milestone'
    inner join cut.milestone as m on a.study_id = m.study_id and a.subject_id = m.subject_id
    where m.milestone is null and coalesce(m.milestone_date >= a.startdt, true)
    union
    -- a result of which only a limit is known, that may be the recovery
    select a.study_id, a.paramcd, a.subject_id
    from at_origin as a
    inner join meta.endpoint_role as r
        on a.study_id = r.study_id and a.paramcd = r.paramcd and r.role in ('event', 'competing')
    inner join meta.recovery as v on a.study_id = v.study_id and r.happening = v.happening
    inner join cut.laboratory as l
        on a.study_id = l.study_id and a.subject_id = l.subject_id and v.test = l.test and v.matrix = l.matrix
        and l.sample_date >= a.startdt + cast(v.from_day as integer)
    where l.value is null
        and (l.value_above is not null or l.value_below > v.above or (l.value_below is not null and l.unit <> v.unit))
),

-- an event dated after the export that tells of it was before, on a day nobody knows; no death before a sign of life
impossible as (
    select
        e.study_id, e.paramcd, e.subject_id, any_value(x.extract_date) as latest,
        greatest(any_value(e.startdt), max(h.eventdt) filter (h.eventdt <= x.extract_date)) as earliest
    from ended as e
    inner join current.record as x on e.srcdom = x.domain and e.srcseq = x.record_id
    left join adam.adevent as h
        on e.study_id = h.study_id and e.subject_id = h.subject_id and h.happening = 'contact' and e.srcdom = 'death'
    where e.event > 0 and e.adt > x.extract_date and x.extract_date >= e.startdt
    group by all
),

-- a contact after the data cut counts on the day of the cut, which is no imputed day
final as (
    select
        e.*exclude (origin_srcdom, origin_srcvar, origin_srcseq),
        first.flag as startdtf, first.earliest as startlo, first.latest as starthi,
        last.flag as adtf, coalesce(last.earliest, i.earliest) as adtlo, coalesce(last.latest, i.latest) as adthi,
        if(e.event <> 1 and u.subject_id is not null, 'Y', null) as unkfl
    from ended as e
    left join current.imputed_date as first
        on e.study_id = first.study_id and e.origin_srcdom = first.domain and e.origin_srcvar = first.column_name
        and e.origin_srcseq = first.record_id
    left join current.imputed_date as last
        on e.study_id = last.study_id and e.srcdom = last.domain and e.srcvar = last.column_name
        and e.srcseq = last.record_id and (
            e.adt < coalesce((select data_cut from meta.study), date '9999-12-31') or last.earliest is not null
        )
    left join impossible as i
        on e.study_id = i.study_id and e.paramcd = i.paramcd and e.subject_id = i.subject_id
    left join doubtful as u
        on e.study_id = u.study_id and e.paramcd = u.paramcd and e.subject_id = u.subject_id
)

select * from final
