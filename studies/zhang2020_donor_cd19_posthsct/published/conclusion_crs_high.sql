-- CRS in more than half
select bool_and(estimate > 0.5) as value
from results.analysis
where analysis_id = 'toxicity.i1' and statistic = 'proportion' and term = 'CRS' and grade = 1
