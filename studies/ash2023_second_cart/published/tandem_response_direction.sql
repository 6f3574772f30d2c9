-- More remissions after the tandem product
select bool_and(estimate > 1 and p_value < 0.05) as value
from results.analysis
where analysis_id = 'logistic_cr' and fit = 'multivariable' and factor = 'tandem'
