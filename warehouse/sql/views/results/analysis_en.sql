-- Results in words: English
-- grain:  one row per statistic
-- source: results.analysis, results.wording
-- caveat: a result without words stays, its words blank
select
    a.*,
    w.label, w.population, w.group_name, w.group_level, w.note,
    w.method_name, w.p_method_name, w.unit_name
from results.analysis as a
left join results.wording as w on a.study_id = w.study_id and a.result_id = w.result_id and w.language = 'en'
