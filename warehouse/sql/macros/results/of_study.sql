-- Results of a study, in the order of its report: in words, by keys, and the figures
-- parameters: study
-- grain:  one row per statistic
-- source: results.analysis_en
-- example: select result_id, label, estimate, ci_low, ci_high from results.of_study('pan2020_seq1922_paed') where section = 'survival'
select
    result_id, section, label, population, group_name, group_level,
    * exclude (study_id, result_id, section, label, population, group_name, group_level, position, basis_id)
from results.analysis_en
where study_id = study
order by position
