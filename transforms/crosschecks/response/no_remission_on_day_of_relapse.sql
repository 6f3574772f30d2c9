-- sets aside: nothing
-- columns: response
-- remedy: Confirm the response or the day of relapse: complete remission and relapse are reported for one day.
-- remedy_zh: 请核实疗效或复发日期：同一天既报告完全缓解又报告复发。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'response' as column_name
from cut.response as p
inner join cut.relapse as r
    on p.study_id = r.study_id and p.subject_id = r.subject_id and p.assessment_date = r.relapse_date
where p.response in {complete_remission} and coalesce(r.detection, '') <> 'MRD'
