-- Survival by Kaplan-Meier at a landmark, for all subjects or by the levels of a risk factor
-- parameters: study, endpoint, months, by_factor := '', ci := 'log-log'
-- grain:  one row per level; none for a level whose last subject left before the landmark
-- source: adam.km
-- example: from adam.km_at('pan2020_seq1922_paed', 'lfs', 12, by_factor := 'Extramedullary disease')
select
    paramcd, risk_factor, group_level,
    cast(months as double) as time_months,
    arg_max(survival, time_days) as survival,
    arg_max(std_error, time_days) as std_error,
    arg_max_null(ci_low, time_days) as ci_low,
    arg_max_null(ci_high, time_days) as ci_high,
    cast(sum(events) as bigint) as events,
    any_value(method) as method
from (
    select *, max(time_days) over (partition by group_level) as last_day
    from adam.km(study, endpoint, by_factor := by_factor, ci := ci)
)
where time_days <= months * {days_per_month} and last_day >= months * {days_per_month}
group by all
order by group_level
