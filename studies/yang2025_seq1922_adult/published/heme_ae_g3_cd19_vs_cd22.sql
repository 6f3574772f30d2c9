-- Neutropenia and thrombocytopenia of grade 3 or more do not differ between the infusions of a subject (McNemar)
select bool_and(p_value >= 0.05) as value
from results.analysis
where section = 'paired' and statistic = 'comparison' and grade = 3
    and term in ('neutropenia', 'thrombocytopenia')
