-- Without CRS after the second infusion
select n - events as value
from results.analysis
where analysis_id = 'toxicity.i2' and statistic = 'proportion' and term = 'CRS' and grade = 1
