-- Questions that stand open, without anything of the subject
-- grain:  one row per question
-- source: meta.site_query of the published warehouse
select study_id, site_id, rule_id, sets_aside, query_id
from meta.site_query
where status = 'open'
order by all
