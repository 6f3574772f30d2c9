-- Median time to the event by Kaplan-Meier, for all subjects or by the levels of a risk factor
-- parameters: study, endpoint, by_factor := '', ci := 'log-log'
-- grain:  one row per level
-- source: adam.km
-- rule:   the first time at which survival is one half or less, the midpoint where it stays at one half exactly; bounds are where
--         the pointwise bounds cross one half (Brookmeyer and Crowley; R's quantile.survfit). Blank: not reached.
-- example: from adam.median_time('yang2025_seq1922_adult', 'efs')
with curve as (
    from adam.km(study, endpoint, by_factor := by_factor, ci := ci)
),

line as (
    select group_level, time_months, 'median' as line, 1 - survival as gone from curve
    union all
    select group_level, time_months, 'low', 1 - ci_low from curve
    union all
    select group_level, time_months, 'high', 1 - ci_high from curve
    union all
    select distinct group_level, 0.0, unnest(['median', 'low', 'high']), 0.0 from curve
),

-- a bound may turn back late in follow-up: each value counts at the first time it is taken
value as (
    select group_level, line, gone, min(time_months) as time_months
    from line
    where gone is not null
    group by all
),

ended as (
    select group_level, line, arg_max(gone, time_months) as last_gone, max(time_months) as last_time, bool_and(gone is not null)
        filter (is_last) as ends_defined
    from (
        select *, time_months = max(time_months) over (partition by group_level, line) as is_last
        from line
    )
    group by all
),

crossed as (
    select
        v.group_level, v.line,
        arg_min(v.time_months, v.gone) filter (v.gone + 1.5e-8 >= 0.5) as reached,
        arg_min(v.time_months, v.gone) filter (v.gone - 1.5e-8 >= 0.5) as passed
    from value as v
    group by all
),

quantile as (
    select
        c.group_level, c.line,
        case
            when c.reached is null then null
            when e.ends_defined and abs(e.last_gone - 0.5) < 1.5e-8 then (c.reached + e.last_time) / 2
            when c.passed is not null then (c.reached + c.passed) / 2
        end as months
    from crossed as c
    inner join ended as e on c.group_level = e.group_level and c.line = e.line
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    q.group_level,
    any_value(q.months) filter (q.line = 'median') as median_months,
    any_value(q.months) filter (q.line = 'low') as ci_low,
    any_value(q.months) filter (q.line = 'high') as ci_high,
    any_value(n.n) as n,
    any_value(n.events) as events,
    'kaplan-meier/' || ci as method
from quantile as q
inner join (select group_level, max(at_risk) as n, cast(sum(events) as bigint) as events from curve group by all) as n
    on q.group_level = n.group_level
group by all
order by q.group_level
