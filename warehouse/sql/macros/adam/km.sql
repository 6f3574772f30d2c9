-- Kaplan-Meier curve of an endpoint, for all subjects or by the levels of a risk factor
-- parameters: study, endpoint, by_factor := '', ci := 'log-log'
-- grain:  one row per level and day on which somebody left, after a first row on day 0
-- source: adam.adtte; levels from adam.adrisk, by_factor being the name or the label of a risk factor
-- rule:   subjects at risk are those with T >= t; std_error is Greenwood's; ci is log-log, log or plain, each of 95 %. A bound is blank
--         where its transformation is undefined, as log-log at a survival of 1 or 0.
-- caveat: competing events count as censored; for endpoints that have some adam.cif is the right macro
-- example: from adam.km('pan2020_seq1922_paed', 'lfs')
with subject as (
    select t.subject_id, t.aval as days, t.event, t.paramcd, coalesce(f.level, '') as group_level
    from adam.adtte as t
    left join (
        select r.study_id, r.subject_id, r.level
        from adam.adrisk as r
        where r.risk_factor in (
            select m.risk_factor from meta.risk_factor as m
            where m.study_id = study and by_factor in (m.risk_factor, m.label)
        )
    ) as f on t.study_id = f.study_id and t.subject_id = f.subject_id
    where t.study_id = study and t.paramcd = endpoint and (by_factor = '' or f.level is not null)
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
),

spread as (
    select
        *,
        case when survival > 0 and survival < 1 then survival end as inner_survival,
        1.959963984540054 * std_error as half
    from with_error
),

bound as (
    select
        *,
        case ci
            when 'log-log' then pow(inner_survival, exp(half / (inner_survival * abs(ln(inner_survival)))))
            when 'log' then survival * exp(-half / nullif(survival, 0))
            when 'plain' then survival - half
            else error('ci: expected log-log, log or plain')
        end as low,
        case ci
            when 'log-log' then pow(inner_survival, exp(-half / (inner_survival * abs(ln(inner_survival)))))
            when 'log' then survival * exp(half / nullif(survival, 0))
            when 'plain' then survival + half
        end as high
    from spread
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    group_level,
    days as time_days,
    days / 30.4375 as time_months,
    cast(at_risk as bigint) as at_risk,
    events, censored, survival, std_error,
    case when low < 0 then 0 else low end as ci_low,
    case when high > 1 then 1 else high end as ci_high,
    'Kaplan-Meier, ' || ci || ' interval' as method
from bound
order by group_level, days
