-- CRS in more than half
select bool_and(estimate > 0.5) as value
from results.analysis
where analysis_id = 'toxicity.i1' and group_name = 'CRS' and group_level = 'any grade' and population = 'infused'
