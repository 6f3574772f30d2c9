-- The 95% bounds of a probability, as survival or an incidence, from its standard error
-- parameters: estimate, std_error, ci := 'log-log'
-- grain:  one row
-- rule:   ci is log-log, log or plain, and the bounds are kept within 0 and 1. A bound is blank where its transformation is undefined,
--         as log-log at an estimate of 0 or 1.
-- example: from adam.bounds(0.8, 0.09)
with spread as (
    select
        estimate,
        case when estimate > 0 and estimate < 1 then estimate end as inner_estimate,
        1.959963984540054 * std_error as half
),

bound as (
    select
        case ci
            when 'log-log' then pow(inner_estimate, exp(half / (inner_estimate * abs(ln(inner_estimate)))))
            when 'log' then estimate * exp(-half / nullif(estimate, 0))
            when 'plain' then estimate - half
            else error('ci: expected log-log, log or plain')
        end as low,
        case ci
            when 'log-log' then pow(inner_estimate, exp(-half / (inner_estimate * abs(ln(inner_estimate)))))
            when 'log' then estimate * exp(half / nullif(estimate, 0))
            when 'plain' then estimate + half
        end as high
    from spread
)

select
    case when low < 0 then 0 else low end as ci_low,
    case when high > 1 then 1 else high end as ci_high
from bound
