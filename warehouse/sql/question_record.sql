-- Records that open questions are about
-- grain:  one row per open question and record
-- source: problem_state, meta.site_query (its status)
-- rule:   a record set aside whole has the id it would have
-- caveat: a question about a whole row, column or file is about no record
select distinct
    getvariable('study_id') as study_id,
    p.query_id, p.domain, p.record_key as record_id
from problem_state as p
inner join meta.site_query as q on p.query_id = q.query_id
where q.status = 'open' and p.ends_on is null and p.domain is not null and p.record_key is not null
