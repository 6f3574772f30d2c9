-- Decitabine in lymphodepletion lengthens leukemia-free survival
select bool_and(estimate < 1 and p_value < 0.05) as value
from results.analysis
where analysis_id = 'cox_lfs' and statistic = 'hazard_ratio' and fit = 'multivariable' and factor = 'decitabine'
