-- What the linter of figures found, in words: Chinese
-- grain:  one row per finding
-- source: results.finding, results.finding_wording
select
    f.*,
    w.what
from results.finding as f
left join results.finding_wording as w on f.study_id = w.study_id and f.position = w.position and w.language = 'zh'
