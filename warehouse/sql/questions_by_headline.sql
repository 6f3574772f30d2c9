-- Open questions about the subjects that each headline rests on
-- grain:  one row per study and headline with such a question
-- source: results.analysis, results.basis, meta.site_query of a published file
-- caveat: about a subject, not about the one fact that a headline uses; questions about whole rows or files have no subject
select
    a.study_id,
    a.result_id,
    count(distinct q.query_id) as questions,
    count(distinct q.subject_id) as subjects
from results.analysis as a
inner join results.basis as b on a.study_id = b.study_id and a.basis_id = b.basis_id
inner join meta.site_query as q on b.study_id = q.study_id and b.subject_id = q.subject_id
where a.headline is not null and q.status = 'open'
group by a.study_id, a.result_id
order by a.study_id, a.result_id
