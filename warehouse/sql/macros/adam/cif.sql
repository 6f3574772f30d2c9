-- Cumulative incidence of an endpoint whose events compete, for all subjects or by the levels of a risk factor
-- parameters: study, endpoint, by_factor := '', cause := 1, ci := 'log-log'
-- grain:  one row per level and day on which somebody left, after a first row on day 0
-- source: adam.time_to_event
-- rule:   Aalen-Johansen with the variance of R's cmprsk::cuminc; cause 1 is the event, 2 the competing one; ci is log-log, log
--         or plain, each of 95%. A bound is blank where its transformation is undefined, as log-log at an incidence of 0.
-- example: from adam.cif('zhang2020_donor_cd19_posthsct', 'cir')
with subject as (
    from adam.time_to_event(study, endpoint, by_factor := by_factor)
),

left_on_day as (
    select
        group_level, days,
        count(*) as gone,
        count(*) filter (event = cause) as own,
        count(*) filter (event not in (0, cause)) as other,
        count(*) filter (event = 0) as censored
    from subject
    group by all
    union all
    select group_level, 0, 0, 0, 0, 0
    from subject
    group by group_level
    having min(days) > 0
),

counted as (
    select *, sum(gone) over (partition by group_level order by days desc) as n
    from left_on_day
),

free as (
    select *, product(1 - (own + other) / n) over so_far as event_free
    from counted
    window so_far as (partition by group_level order by days)
),

free_before as (
    select *, coalesce(lag(event_free) over (partition by group_level order by days), 1) as before
    from free
),

incidence as (
    select *, sum(before * own / n) over so_far as incidence
    from free_before
    window so_far as (partition by group_level order by days)
),

-- the variance of F(t) = sum of a + F(t) b - F(t_k) b over times: a for the jump, b for those kept from a later one
parts as (
    select
        *,
        coalesce(1 / nullif(event_free, 0), 0) as inverse,
        pow(before, 2) * own * case when own > 1 then 1 - (own - 1) / (n - 1) else 1 end / pow(n, 2) as spread_own,
        case
            when event_free > 0
                then pow(before, 2) * other * case when other > 1 then 1 - (other - 1) / (n - 1) else 1 end / pow(n, 2)
            else 0
        end as spread_other
    from incidence
),

summed as (
    select
        *,
        sum(pow(1 + inverse * incidence, 2) * spread_own + pow(inverse * incidence, 2) * spread_other) over so_far as a,
        sum(inverse * (1 + inverse * incidence) * spread_own + pow(inverse, 2) * incidence * spread_other) over so_far as b,
        sum(pow(inverse, 2) * (spread_own + spread_other)) over so_far as c
    from parts
    window so_far as (partition by group_level order by days)
),

with_error as (
    select *, sqrt(greatest(a + pow(incidence, 2) * c - 2 * incidence * b, 0)) as std_error
    from summed
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    group_level,
    days as time_days,
    days / {days_per_month} as time_months,
    cast(n as bigint) as at_risk,
    own as events,
    other as competing_events,
    censored, incidence, std_error,
    i.ci_low, i.ci_high,
    'aalen-johansen/' || ci as method
from with_error as e, lateral (from adam.bounds(e.incidence, e.std_error, ci := ci)) as i
order by group_level, days
