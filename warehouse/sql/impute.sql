-- The day that stands in for a partial date, by the protocol's rule
-- grain:  one row per record state and date column with a rule
-- source: meta.partial_date, dated_part (infusion number, start and end of each record), core.infusion, core.death
-- rule:   the first, middle or last day of those possible. Possible are the days of the part that is known, not before
--         the infusion the record follows (the first, where it names none), not after death or the export, and
--         an end not before its start; a start not after its end, nor after the last day its end can be.
-- caveat: where bounds contradict one another, which the site is asked about, the known part alone counts; where nothing is
--         known of the date, no day stands in for it
with infusion as (
    select subject_id, infusion_number, infusion_date from core.infusion where valid_to is null
),

death as (
    select subject_id, min(death_date) as death_date from core.death where valid_to is null group by all
),

possible as (
    select
        p.domain, p.record_id, p.column_name, p.valid_from, p.rule, p.earliest, p.latest,
        greatest(
            p.earliest,
            if(m.not_before = 'infusion' and i.infusion_date <= p.latest, i.infusion_date, null),
            if(p.column_name = 'end_date' and r.start_date <= p.latest, r.start_date, null)
        ) as first_day,
        least(
            p.latest,
            if(d.death_date >= p.earliest, d.death_date, null),
            if(r.extract_date >= p.earliest, r.extract_date, null),
            if(p.column_name = 'start_date' and r.end_date >= p.earliest, r.end_date, null),
            if(p.column_name = 'start_date' and e.latest >= p.earliest, e.latest, null)
        ) as last_day
    from meta.partial_date as p
    inner join meta.imputation as m on p.domain = m.domain and p.column_name = m.column_name
    inner join dated_part as r
        on p.domain = r.domain and p.record_id = r.record_id and p.valid_from = r.valid_from
    left join infusion as i
        on p.subject_id = i.subject_id and i.infusion_number = coalesce(r.infusion_number, 1)
    left join death as d on p.subject_id = d.subject_id
    left join meta.partial_date as e
        on p.domain = e.domain and p.record_id = e.record_id and p.valid_from = e.valid_from
        and e.column_name = 'end_date'
    where p.earliest is not null
),

agreed as (
    select
        * exclude (first_day, last_day),
        if(first_day <= last_day, first_day, earliest) as first_day,
        if(first_day <= last_day, last_day, latest) as last_day
    from possible
),

final as (
    select
        domain, record_id, column_name, valid_from,
        case rule
            when 'earliest' then first_day
            when 'latest' then last_day
            else first_day + cast(date_diff('day', first_day, last_day) // 2 as integer)
        end as imputed_date
    from agreed
)

select * from final
