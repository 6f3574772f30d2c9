-- Waivers that follow from what sites confirmed
-- grain:  one row per question
-- source: site_answer, site_answer_stale, meta.waiver (what is decided already)
select
    a.study_id, a.site_id, a.query_id, coalesce(a.remark, '{no_remark}') as reason, a.answered_by as decided_by,
    a.answered_on as decided_on
from site_answer as a
where a.state = 'counts' and a.answer = 'confirmed'
    and a.query_id not in (select s.query_id from site_answer_stale as s)
    and a.query_id not in (select w.query_id from meta.waiver as w)
