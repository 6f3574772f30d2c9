-- Results in words: English
-- grain:  one row per statistic
-- source: results.analysis, results.wording
select
    a.*,
    w.label, w.population, w.group_name, w.group_level, w.note
from results.analysis as a
inner join results.wording as w on a.study_id = w.study_id and a.result_id = w.result_id
where w.language = 'en'
