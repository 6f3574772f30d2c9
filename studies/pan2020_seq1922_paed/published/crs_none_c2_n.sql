-- Without CRS after the second infusion
select n - events as value
from results.analysis
where analysis_id = 'toxicity.i2' and group_name = 'CRS' and group_level = 'any grade' and population = 'infused'
