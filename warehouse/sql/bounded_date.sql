-- Days that are not known, of what endpoints count by its day: the days that are possible, and the one that stands in
-- grain:  one row per record without its day
-- source: undated (records in force without their day), current.*, current.bounded_date (of infusions and deaths, where
--         those are bounds of others), meta.partial_date, meta.study
-- rule:   possible are the days of the part that is known; no infusion before enrollment, its lymphodepletion or the infusion
--         before, nor after what follows it; no death before the last sign of life; nothing else before the infusion it
--         follows nor after death; nothing after the export or the data cut. A bound that contradicts the part that is known
--         does not count. The middle of them stands in: no other day is wrong by less at worst, whichever way. Without any
--         lower bound it is the upper one.
-- caveat: the protocol has no rule for these: every figure they enter says so
with own_part as (
    select p.domain, p.record_id, p.column_name, p.precision, p.earliest, p.latest
    from meta.partial_date as p
    where (getvariable('as_of') is null or p.valid_from <= getvariable('as_of'))
        and (p.valid_to is null or p.valid_to > getvariable('as_of'))
),

undated_part as (
    select
        u.*, o.precision, o.earliest as part_first, o.latest as part_last,
        coalesce(u.extract_date, s.latest_extract, s.data_cut, m.last_day) as received,
        s.data_cut
    from undated as u
    left join own_part as o on u.domain = o.domain and u.record_id = o.record_id and u.column_name = o.column_name
    cross join (select any_value(latest_extract) as latest_extract, any_value(data_cut) as data_cut from meta.study) as s
    cross join (select max(clinical_date) as last_day from current.dated_record) as m
),

infusion as (
    select
        i.subject_id, i.record_id, i.infusion_number,
        any_value(coalesce(i.infusion_date, b.stand_in)) as infusion_date,
        max(l.start_date) as lymphodepleted
    from current.infusion as i
    left join current.bounded_date as b on b.domain = 'infusion' and i.record_id = b.record_id
    left join current.lymphodepletion as l on i.subject_id = l.subject_id and i.infusion_number = l.infusion_number
    group by all
),

enrolled as (
    select subject_id, max(enrollment_date) as enrollment_date from current.subject group by all
),

-- what comes after any infusion: nothing of it was there before the first
followed as (
    select subject_id, min(clinical_date) as first_day
    from current.dated_record
    where domain in ('response', 'relapse', 'transplant', 'cell_kinetics', 'death')
    group by all
),

seen as (
    select
        subject_id, min(clinical_date) as first_day,
        max(clinical_date) filter (domain <> 'death') as last_alive,
        min(clinical_date) filter (domain = 'death') as died
    from (
        select subject_id, domain, clinical_date from current.dated_record
        union all
        select subject_id, domain, stand_in from current.bounded_date where domain in ('infusion', 'death')
    )
    group by all
),

-- many infusions to one, each with those before and after it
infusion_bound as (
    select
        t.domain, t.record_id,
        greatest(
            any_value(e.enrollment_date), max(own.lymphodepleted),
            max(i.infusion_date) filter (i.infusion_number < t.infusion_number)
        ) as not_before,
        least(
            min(i.infusion_date) filter (i.infusion_number > t.infusion_number),
            any_value(if(coalesce(t.infusion_number, 1) = 1, f.first_day, s.died))
        ) as not_after
    from undated_part as t
    left join enrolled as e on t.subject_id = e.subject_id
    left join infusion as i on t.subject_id = i.subject_id and t.record_id <> i.record_id
    left join infusion as own on t.record_id = own.record_id
    left join followed as f on t.subject_id = f.subject_id
    left join seen as s on t.subject_id = s.subject_id
    where t.domain = 'infusion'
    group by all
),

subject_bound as (
    select t.domain, t.record_id, cast(null as date) as not_before, s.first_day as not_after
    from undated_part as t
    left join seen as s on t.subject_id = s.subject_id
    where t.domain = 'subject'
),

death_bound as (
    select t.domain, t.record_id, coalesce(s.last_alive, e.enrollment_date) as not_before, cast(null as date) as not_after
    from undated_part as t
    left join seen as s on t.subject_id = s.subject_id
    left join enrolled as e on t.subject_id = e.subject_id
    where t.domain = 'death'
),

other_bound as (
    select
        t.domain, t.record_id,
        coalesce(
            min(i.infusion_date) filter (i.infusion_number = coalesce(t.infusion_number, 1)),
            min(i.infusion_date), any_value(e.enrollment_date)
        ) as not_before,
        least(
            any_value(s.died), any_value(t.own_last),
            min(i.infusion_date) filter (i.infusion_number > t.infusion_number)
        ) as not_after
    from undated_part as t
    left join infusion as i on t.subject_id = i.subject_id
    left join enrolled as e on t.subject_id = e.subject_id
    left join seen as s on t.subject_id = s.subject_id
    where t.domain not in ('infusion', 'subject', 'death')
    group by all
),

bound as (
    select * from infusion_bound
    union all
    select * from subject_bound
    union all
    select * from death_bound
    union all
    select * from other_bound
),

narrowed as (
    select
        t.*,
        greatest(t.part_first, if(b.not_before <= coalesce(t.part_last, t.received), b.not_before, null)) as first_day,
        least(
            coalesce(t.part_last, t.received),
            if(b.not_after >= coalesce(t.part_first, b.not_before, b.not_after), b.not_after, null),
            if(t.received >= coalesce(t.part_first, b.not_before, t.received), t.received, null),
            if(t.data_cut >= coalesce(t.part_first, b.not_before, t.data_cut), t.data_cut, null)
        ) as last_day
    from undated_part as t
    inner join bound as b on t.domain = b.domain and t.record_id = b.record_id
),

agreed as (
    select *, least(coalesce(first_day, last_day), last_day) as earliest, last_day as latest
    from narrowed
    where last_day is not null
),

final as (
    select
        study_id, site_id, subject_id, domain, record_id, column_name,
        case precision when 'month' then 'D' when 'year' then 'M' else 'Y' end as flag,
        earliest, latest,
        earliest + cast(date_diff('day', earliest, latest) // 2 as integer) as stand_in
    from agreed
)

select * from final
