-- The cut of the protocol, where blasts at or above it shorten survival
select m.cut as value
from meta.risk_factor as m
inner join results.analysis as r on m.study_id = r.study_id and m.risk_factor = r.factor
where m.source_name = 'marrow_blasts_pct' and m.cut is not null
    and r.analysis_id = 'cox_os' and r.statistic = 'hazard_ratio' and r.fit = 'univariable'
    and r.estimate > 1 and r.p_value < 0.05
