-- check: cumulative incidences of an endpoint add up to at most 1
-- tables: results.curve
-- severity: error
with batch as (
    select * from {batch}
)

select study_id
from batch
where statistic in ('cumulative_incidence', 'competing_incidence')
group by study_id, analysis_id, factor, level, time_months
having sum(estimate) > 1 + 1e-9
