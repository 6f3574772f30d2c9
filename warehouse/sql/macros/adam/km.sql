-- Kaplan-Meier curve of an endpoint, for all subjects or by the levels of a risk factor
-- parameters: study, endpoint, by_factor := '', ci := 'log-log'
-- grain:  one row per level and day on which somebody left, after a first row on day 0
-- source: adam.time_to_event
-- rule:   subjects at risk are those with T >= t; std_error is Greenwood's; ci is log-log, log or plain, each of 95%. A bound is blank
--         where its transformation is undefined, as log-log at a survival of 1 or 0.
-- caveat: competing events count as censored; for endpoints that have some adam.cif is the right macro
-- example: from adam.km('pan2020_seq1922_paed', 'lfs')
with subject as (
    from adam.time_to_event(study, endpoint, by_factor := by_factor)
),

left_on_day as (
    select
        group_level, days,
        count(*) as gone,
        count(*) filter (event = 1) as events,
        count(*) filter (event <> 1) as censored
    from subject
    group by all
    union all
    select group_level, 0, 0, 0, 0
    from subject
    group by group_level
    having min(days) > 0
),

counted as (
    select *, sum(gone) over (partition by group_level order by days desc) as at_risk
    from left_on_day
),

estimated as (
    select
        *,
        product(1 - events / at_risk) over so_far as survival,
        sum(events / nullif(at_risk * (at_risk - events), 0)) over so_far as hazard_variance
    from counted
    window so_far as (partition by group_level order by days)
),

with_error as (
    select *, case when survival > 0 then survival * sqrt(coalesce(hazard_variance, 0)) end as std_error
    from estimated
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    group_level,
    days as time_days,
    days / {days_per_month} as time_months,
    cast(at_risk as bigint) as at_risk,
    events, censored, survival, std_error,
    i.ci_low, i.ci_high,
    'kaplan-meier/' || ci as method
from with_error as e, lateral (from adam.bounds(e.survival, e.std_error, ci := ci)) as i
order by group_level, days
