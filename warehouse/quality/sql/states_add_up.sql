-- check: at every time the probabilities of the states of a model add up to 1
-- tables: results.curve
-- severity: error
with batch as (
    select * from {batch}
)

select study_id
from batch
where statistic = 'state_probability'
group by study_id, analysis_id, time_months
having abs(sum(estimate) - 1) > 1e-9
