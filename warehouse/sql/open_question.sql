-- Questions that stand open, without anything of the subject
-- grain:  one row per question
-- source: meta.site_query of the published warehouse
-- rule:   one that waits for a correction stands open until an export shows it
select study_id, site_id, rule_id, sets_aside, query_id
from meta.site_query
where status in ('open', 'waiting')
order by all
