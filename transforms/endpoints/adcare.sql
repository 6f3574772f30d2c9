-- Supportive care by infusion and period: who was given what, and days in intensive care and hospital
-- grain:  one row per course of CAR-T cells, period and treatment asked for; of everyone who received the infusion
-- source: cut.treatment, adam.adex, adam.adsl; vasopressors and ventilation also from cut.adverse_event; records set aside from current.set_aside,
--         possible days from meta.partial_date; meta.care
-- rule:   time at risk runs from day 0 to death, the last contact or the day before the next infusion. Given is what was given on a day of the period within
--         it; what has no day belongs to the infusion the site names, if any. Unknown is what may have been: no last day, an unknown day, a treatment nobody can
--         name, an adverse event that needed it, or follow-up that ended within the period; of the rest there is none on record. Stays have the days of the period
--         spent there, each once, first and last day included: daylo for certain, dayhi at most
-- caveat: none on record says nothing of sites that send no such records; analyses count their subjects as unknown
-- units:  days are calendar days; day 0 is the day of infusion
with course as (
    select x.study_id, x.site_id, x.subject_id, x.infusion_number, x.infusiondt, x.srcdom, x.srcvar, x.srcseq,
        if(b.record_id is null, x.infusiondt, null) as day_0,
        lead(x.firstdt) over (partition by x.study_id, x.subject_id order by x.firstdt, x.infusion_number) as nextdt,
        s.dthdt,
        greatest(x.infusiondt, coalesce(s.dthdt, s.lstalvdt, x.infusiondt)) as seendt
    from adam.adex as x
    left join adam.adsl as s on x.study_id = s.study_id and x.subject_id = s.subject_id
    left join (select distinct record_id from current.bounded_date where domain = 'infusion' and earliest < latest) as b
        on x.srcseq = b.record_id
),

asked as (
    select c.*, a.period, a.treatment, a.once, a.stay,
        c.day_0 + cast(a.from_day as integer) as fromdt,
        least(c.seendt, c.nextdt - 1) as lastdt,
        -- without a last day of its own the period ends with follow-up
        coalesce(c.day_0 + cast(a.to_day as integer), lastdt) as todt,
        least(todt, lastdt) as enddt,
        -- whether all of the period was seen that there is of it
        lastdt >= todt or c.dthdt is not null or coalesce(c.nextdt <= c.seendt, false) as is_seen
    from course as c
    inner join meta.care as a on c.study_id = a.study_id and c.infusion_number = a.infusion_number
),

part as (
    select record_id, earliest, latest from meta.partial_date
    where domain = 'treatment' and column_name = 'start_date' and earliest is not null
        and (getvariable('as_of') is null or valid_from <= getvariable('as_of'))
        and (valid_to is null or valid_to > getvariable('as_of'))
),

-- each record between the days it can have begun and ended
given as (
    select a.study_id, a.subject_id, a.infusion_number, a.period, a.treatment, a.once, a.stay, a.fromdt, a.todt, a.enddt, a.is_seen,
        t.treatment is not null as is_named,
        coalesce(t.start_date, p.earliest) as start_lo,
        coalesce(t.start_date, p.latest) as start_hi,
        coalesce(t.end_date, if(a.once, coalesce(t.start_date, p.latest), null)) as end_hi,
        t.record_id
    from asked as a
    inner join cut.treatment as t
        on a.study_id = t.study_id and a.subject_id = t.subject_id and coalesce(t.treatment, a.treatment) = a.treatment
        -- its day says after which infusion it was given; without one what the site says
        and (t.start_date is not null or coalesce(t.infusion_number, a.infusion_number) = a.infusion_number)
    left join part as p on t.record_id = p.record_id
    where a.fromdt <= a.enddt
),

judged as (
    select *,
        is_named and coalesce(start_hi <= enddt and coalesce(end_hi, start_lo) >= fromdt, false) as is_certain,
        coalesce(start_lo <= enddt, true) and coalesce(end_hi >= fromdt, true) as is_possible
    from given
),

-- what else may have been given: a record set aside whole, or what an adverse event needed
hinted as (
    select a.study_id, a.subject_id, a.infusion_number, a.period, a.treatment, 'set_aside' as statecd
    from asked as a
    inner join (
        select x.study_id, coalesce(o.other, x.subject_id) as subject_id, x.infusion_number
        from current.set_aside as x
        left join current.alike as o on x.site_id = o.site_id and x.subject_id = o.subject_id
        where x.domain = 'treatment' and x.sets_aside = 'record'
    ) as x on a.study_id = x.study_id and a.subject_id = x.subject_id and coalesce(x.infusion_number, a.infusion_number) = a.infusion_number
    union
    select a.study_id, a.subject_id, a.infusion_number, a.period, a.treatment, 'adverse_event'
    from asked as a
    inner join cut.adverse_event as e
        on a.study_id = e.study_id and a.subject_id = e.subject_id
        and case a.treatment
            when 'vasopressor' then e.hypotension in ('one vasopressor', 'multiple vasopressors')
            when 'mechanical ventilation' then e.hypoxia = 'positive pressure'
            else false
        end
        and coalesce(e.start_date <= a.enddt, true) and coalesce(e.end_date >= a.fromdt, true)
        and (e.start_date is not null or coalesce(e.infusion_number, a.infusion_number) = a.infusion_number)
),

state_of as (
    select a.*,
        coalesce(bool_or(j.is_certain), false) as is_given,
        coalesce(bool_or(j.is_possible and j.is_named), false) as is_open,
        coalesce(bool_or(j.is_possible), false) as is_any,
        count(j.record_id) filter (j.is_certain) as recordn,
        min(j.start_hi) filter (j.is_certain) as startdt,
        arg_min(j.record_id, (not j.is_certain, j.start_lo, j.record_id)) filter (j.is_possible) as record_id
    from asked as a
    left join judged as j
        on a.study_id = j.study_id and a.subject_id = j.subject_id and a.infusion_number = j.infusion_number
        and a.period = j.period and a.treatment = j.treatment
    group by all
),

-- a day for each day of a stay, at the least and at the most; those of the period that nobody saw may have been spent there
day_of as (
    select study_id, subject_id, infusion_number, period, treatment, 'lo' as way,
        unnest(generate_series(greatest(start_hi, fromdt), least(coalesce(end_hi, start_hi), enddt), interval 1 day)) as adt
    from judged
    where stay and is_certain
    union
    select study_id, subject_id, infusion_number, period, treatment, 'hi',
        unnest(generate_series(greatest(coalesce(start_lo, fromdt), fromdt), least(coalesce(end_hi, enddt), enddt), interval 1 day))
    from judged
    where stay and is_named and is_possible
    union
    select study_id, subject_id, infusion_number, period, treatment, 'hi', unnest(generate_series(enddt + 1, todt, interval 1 day))
    from asked
    where stay and fromdt <= enddt and not is_seen
),

days_of as (
    select study_id, subject_id, infusion_number, period, treatment, count(*) filter (way = 'lo') as daylo, count(*) filter (way = 'hi') as dayhi
    from day_of
    group by all
),

-- sites that ever sent a record of the kind
sending as (
    select distinct study_id, site_id, treatment from cut.treatment
),

final as (
    select
        s.study_id, s.site_id, s.subject_id, s.infusion_number, s.infusiondt, s.period, s.treatment,
        case
            when s.day_0 is null then 'unknown'
            when s.fromdt > s.lastdt then 'not at risk'
            when s.is_given then 'given'
            when s.is_any or h.statecd is not null or not s.is_seen then 'unknown'
            else 'none on record'
        end as state,
        case
            when s.day_0 is null then 'day_0'
            when s.fromdt > s.lastdt or s.is_given then null
            when s.is_open then 'undated'
            when s.is_any then 'unnamed'
            when h.statecd is not null then h.statecd
            when not s.is_seen then 'follow_up'
        end as statecd,
        if(n.treatment is null, 'N', 'Y') as sentfl,
        s.startdt as astdt,
        s.recordn,
        if(s.stay and s.is_given, d.daylo, null) as daylo,
        if(s.stay and s.is_given, d.dayhi, null) as dayhi,
        if(s.record_id is null, s.srcdom, 'treatment') as srcdom,
        if(s.record_id is null, s.srcvar, 'start_date') as srcvar,
        coalesce(s.record_id, s.srcseq) as srcseq
    from state_of as s
    left join (
        select study_id, subject_id, infusion_number, period, treatment, min(statecd) as statecd from hinted group by all
    ) as h using (study_id, subject_id, infusion_number, period, treatment)
    left join days_of as d using (study_id, subject_id, infusion_number, period, treatment)
    left join sending as n on s.study_id = n.study_id and s.site_id = n.site_id and s.treatment = n.treatment
)

select * from final
