-- Days with counts at or below the limits of hematotoxicity, as they were sampled
-- grain:  one row per course, scheme of grades, phase and limit, of who was seen to the first day of the phase without what ends it
-- source: adam.adex, adam.adevent, adam.adlb; platelet transfusions from cut.treatment; meta.hematotoxicity, meta.count_phase, meta.count_criterion
-- rule:   of several counts of a day the lowest stands. A day is below (at or below the limit, as the scheme says), above, or unknown:
--         without a sample, or with one whose limit of detection does not decide. Days above a limit are a recovery from the first of so many
--         in a row; fewer of them, after a day below, count as below. Each number stands four times: lo takes unknown days for days above, hi for
--         days below; platelets above a limit soon after a transfusion are a recovery for lo alone; br and bh fill stretches without samples by a straight line
--         between the samples around them, where these are no longer than the scheme says (before the first and after the last, their counts), and
--         take the days still unknown for days above (br) or below (bh)
-- caveat: a sample of the days after the phase tells whether its last days are a recovery, unless what ended it came first
with course as (
    select i.study_id, i.site_id, i.subject_id, i.infusion_number, i.infusiondt, i.srcdom, i.srcvar, i.srcseq, h.scheme
    from adam.adex as i
    inner join meta.hematotoxicity as h on i.study_id = h.study_id and i.infusion_number = h.infusion_number
),

-- of one day a relapse goes before what is done about it, and before death
ended as (
    select c.study_id, c.subject_id, c.infusion_number, c.scheme,
        min(e.eventdt) as enddt,
        arg_min(e.happening, (
            e.eventdt, list_position(['relapse', 'new_therapy', 'transplant', 'next_infusion', 'death'], e.happening)
        )) as endrsn
    from course as c
    inner join adam.adevent as e
        on c.study_id = e.study_id and c.subject_id = e.subject_id
        and e.happening in ('relapse', 'new_therapy', 'transplant', 'next_infusion', 'death')
        and (e.eventdt > c.infusiondt or (e.happening = 'death' and e.eventdt = c.infusiondt))
    group by all
),

window_of as (
    select c.*, p.phase, p.test, p.from_day, p.to_day, p.recovery_days, p.supported_days, p.bridged_days,
        c.infusiondt + cast(p.from_day as integer) as startdt,
        least(c.infusiondt + cast(p.to_day as integer), e.enddt) as enddt,
        if(e.enddt <= c.infusiondt + cast(p.to_day as integer), e.endrsn, 'whole phase') as endrsn,
        -- days after the phase that still say whether a count had recovered
        least(c.infusiondt + cast(p.to_day + p.recovery_days as integer), e.enddt) as seen_to
    from course as c
    inner join meta.count_phase as p on c.scheme = p.scheme
    left join ended as e
        on c.study_id = e.study_id and c.subject_id = e.subject_id and c.infusion_number = e.infusion_number
        and c.scheme = e.scheme
    where e.enddt is null or e.enddt >= c.infusiondt + cast(p.from_day as integer)
),

limits as (
    select distinct scheme, phase, limitn as lim, at_limit
    from meta.count_criterion
),

-- a conversion rounds, so a count within 1e-12 of the limit is one at it
sample as (
    select w.study_id, w.subject_id, w.infusion_number, w.scheme, w.phase, t.lim, l.adt,
        if(t.at_limit, l.aval <= t.lim * (1 + 1e-12), l.aval < t.lim * (1 - 1e-12)) as is_below,
        l.avalhi <= t.lim * (1 + 1e-12) as below_limit,
        l.avallo >= t.lim * (1 - 1e-12) as above_limit,
        coalesce(l.aval, l.avalhi, l.avallo) as counted
    from window_of as w
    inner join limits as t on w.scheme = t.scheme and w.phase = t.phase
    inner join adam.adlb as l
        on w.study_id = l.study_id and w.subject_id = l.subject_id and w.test = l.paramcd
        -- a line to the next sample after the phase fills days within it
        and l.adt between w.infusiondt and w.seen_to + cast(w.bridged_days + 1 as integer)
        and (l.adt <= w.enddt or w.endrsn = 'whole phase')
        and l.avalu <> '%' and coalesce(l.matrix, 'blood') = 'blood'
        and coalesce(l.aval, l.avalhi, l.avallo) is not null
),

-- many samples to one day
day_sampled as (
    select study_id, subject_id, infusion_number, scheme, phase, lim, adt,
        case
            when bool_or(coalesce(is_below, below_limit, false)) then 'below'
            when bool_and(coalesce(not is_below, above_limit, false)) then 'above'
        end as found,
        min(counted) as counted
    from sample
    group by all
),

-- from some days before the phase, so that what began there goes on
day_grid as (
    select w.*, t.lim, t.at_limit, cast(g.day as date) as adt
    from window_of as w
    inner join limits as t on w.scheme = t.scheme and w.phase = t.phase
    cross join lateral unnest(generate_series(
        greatest(w.infusiondt, w.startdt - cast(w.bridged_days as integer)),
        -- and to where a line may come from
        if(w.endrsn = 'whole phase', w.seen_to + cast(w.bridged_days + 1 as integer), w.enddt),
        interval 1 day
    )) as g (day)
),

around as (
    select g.*, d.found, d.found is not null as decided,
        last_value(if(d.found is null, null, g.adt) ignore nulls) over earlier as before_dt,
        last_value(if(d.found is null, null, d.counted) ignore nulls) over earlier as before_count,
        first_value(if(d.found is null, null, g.adt) ignore nulls) over later as after_dt,
        first_value(if(d.found is null, null, d.counted) ignore nulls) over later as after_count,
        d.adt is not null as has_sample
    from day_grid as g
    left join day_sampled as d
        on g.study_id = d.study_id and g.subject_id = d.subject_id and g.infusion_number = d.infusion_number
        and g.scheme = d.scheme and g.phase = d.phase and g.lim = d.lim and g.adt = d.adt
    window
        earlier as (
            partition by g.study_id, g.subject_id, g.infusion_number, g.scheme, g.phase, g.lim order by g.adt
            rows between unbounded preceding and current row
        ),
        later as (
            partition by g.study_id, g.subject_id, g.infusion_number, g.scheme, g.phase, g.lim order by g.adt
            rows between current row and unbounded following
        )
),

-- what a day without a sample was, if counts ran straight from one sample to the next
bridged as (
    select a.* exclude (before_count, after_count),
        case
            when has_sample then null
            when before_dt is not null and after_dt is not null then if(
                after_dt - before_dt - 1 <= bridged_days,
                before_count + (after_count - before_count) * (adt - before_dt) / (after_dt - before_dt),
                null
            )
            when after_dt is not null then if(after_dt - adt <= bridged_days, after_count, null)
            else if(adt - before_dt <= bridged_days, before_count, null)
        end as line
    from around as a
    where adt <= seen_to
),

judged as (
    select b.*,
        coalesce(found, case
            when line is null then null
            when if(at_limit, line <= lim * (1 + 1e-12), line < lim * (1 - 1e-12)) then 'below'
            else 'above'
        end) as filled,
        b.supported_days is not null and exists (
            select 1 from cut.treatment as t
            where t.study_id = b.study_id and t.subject_id = b.subject_id and t.treatment = 'platelet transfusion'
                and b.adt between t.start_date and coalesce(t.end_date, t.start_date) + cast(b.supported_days as integer)
        ) as supported
    from bridged as b
),

-- the four ways to take what is not known
taken as (
    select j.*, m.way,
        case m.way
            when 'lo' then coalesce(found, 'above')
            when 'hi' then case when coalesce(found, '') <> 'above' then 'below' when supported then 'supported' else 'above' end
            else case
                when filled = 'below' then 'below'
                when filled is null then if(m.way = 'br', 'above', 'below')
                when supported then 'supported'
                else 'above'
            end
        end as state
    from judged as j
    cross join (select unnest(['lo', 'hi', 'br', 'bh']) as way) as m
),

runs as (
    select t.*,
        count(*) over (
            partition by t.study_id, t.subject_id, t.infusion_number, t.scheme, t.phase, t.lim, t.way, t.state, t.run
        ) as length,
        max(t.adt) over (
            partition by t.study_id, t.subject_id, t.infusion_number, t.scheme, t.phase, t.lim, t.way, t.state, t.run
        ) as run_to
    from (
        select *,
            adt - cast(row_number() over (
                partition by study_id, subject_id, infusion_number, scheme, phase, lim, way, state order by adt
            ) as integer) as run
        from taken
    ) as t
),

counted as (
    select r.*,
        state = 'below' or (
            -- not shown to have recovered, after a day below; at best the days after the last one seen would have shown it
            not (state = 'above' and (length >= recovery_days or (way = 'lo' and run_to = seen_to)))
            and bool_or(state = 'below') over (
                partition by study_id, subject_id, infusion_number, scheme, phase, lim, way order by adt
                rows between unbounded preceding and current row
            )
        ) as counts
    from runs as r
),

within as (
    select c.*,
        adt - cast(sum(if(counts, 1, 0)) over (
            partition by study_id, subject_id, infusion_number, scheme, phase, lim, way order by adt
            rows between unbounded preceding and current row
        ) as integer) as stretch
    from counted as c
    where adt between startdt and enddt
),

stretches as (
    select *,
        if(counts, count(*) filter (counts) over (
            partition by study_id, subject_id, infusion_number, scheme, phase, lim, way, stretch
        ), 0) as stretch_days
    from within
),

never as (
    select scheme, phase, limitn as lim, min(never_above_from) as from_day
    from meta.count_criterion
    where never_above_from is not null
    group by all
),

way_days as (
    select s.study_id, s.site_id, s.subject_id, s.infusion_number, s.infusiondt, s.scheme, s.phase, s.lim, s.startdt, s.enddt, s.endrsn,
        s.test, s.srcdom, s.srcvar, s.srcseq, s.way,
        count(*) as days,
        count(*) filter (decided) as sampled,
        count(*) filter (filled is null) as gaps,
        count(*) filter (found = 'below') as below_samples,
        count(*) filter (counts) as n,
        max(stretch_days) as longest,
        -- no recovery from a day on, or an earlier one, to the end, nor a single sample above
        coalesce(
            bool_and(counts and coalesce(found, '') <> 'above') filter (adt >= infusiondt + cast(v.from_day as integer)), false
        )
        and (way = 'hi' or s.endrsn in ('whole phase', 'death')) as never_above
    from stretches as s
    left join never as v on s.scheme = v.scheme and s.phase = v.phase and s.lim = v.lim
    group by s.study_id, s.site_id, s.subject_id, s.infusion_number, s.infusiondt, s.scheme, s.phase, s.lim, s.startdt, s.enddt, s.endrsn,
        s.test, s.srcdom, s.srcvar, s.srcseq, s.way, v.from_day
),

final as (
    select
        w.study_id, w.site_id, w.subject_id, w.infusion_number, w.infusiondt,
        w.scheme, w.phase,
        w.test as paramcd,
        w.lim as limitn,
        p.unit as limitu,
        w.startdt, w.enddt, w.endrsn,
        any_value(w.days) as dayn,
        any_value(w.sampled) as sampldn,
        any_value(w.gaps) as gapdn,
        any_value(w.below_samples) as belowdn,
        max(w.n) filter (way = 'lo') as daylo,
        max(w.n) filter (way = 'hi') as dayhi,
        max(w.n) filter (way = 'br') as daybr,
        max(w.n) filter (way = 'bh') as daybh,
        max(w.longest) filter (way = 'lo') as runlo,
        max(w.longest) filter (way = 'hi') as runhi,
        max(w.longest) filter (way = 'br') as runbr,
        max(w.longest) filter (way = 'bh') as runbh,
        if(bool_or(never_above) filter (way = 'lo'), 'Y', 'N') as neverlo,
        if(bool_or(never_above) filter (way = 'hi'), 'Y', 'N') as neverhi,
        if(bool_or(never_above) filter (way = 'br'), 'Y', 'N') as neverbr,
        if(bool_or(never_above) filter (way = 'bh'), 'Y', 'N') as neverbh,
        w.srcdom, w.srcvar, w.srcseq
    from way_days as w
    inner join meta.count_phase as p on w.scheme = p.scheme and w.phase = p.phase
    group by all
)

select * from final
