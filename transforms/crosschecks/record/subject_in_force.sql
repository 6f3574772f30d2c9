-- sets aside: nothing
-- columns: subject_id
-- remedy: Mend or send again the subject's own record, which was accepted before: until then none of the subject's records counts.
-- remedy_zh: 请更正或重新报送受试者本人的记录（此前已接受）：在此之前，该受试者的所有记录均不计入分析。
-- One question for all records of the subject, at the first of them.
select r.study_id, r.site_id, r.domain, r.record_id, 'subject_id' as column_name
from current.record as r
where not exists (select 1 from current.subject as s where s.study_id = r.study_id and s.subject_id = r.subject_id)
qualify row_number() over (partition by r.study_id, r.subject_id order by r.domain, r.record_id) = 1
