-- No significant difference of the doses within subjects (Wilcoxon)
select bool_and(p_value >= 0.05) as value
from results.analysis
where section = 'paired' and measure = 'dose' and statistic = 'comparison'
