-- sets aside: nothing
-- columns: disease_status
-- remedy: Confirm the status or the day: the contact finds remission on the day of relapse, so that event and censoring fall on one day.
-- remedy_zh: 请核实疾病状态或日期：随访记录缓解，但与复发为同一天（事件与删失同日）。
select f.study_id, f.site_id, 'follow_up' as domain, f.record_id, 'disease_status' as column_name
from cut.follow_up as f
inner join cut.relapse as r
    on f.study_id = r.study_id and f.subject_id = r.subject_id and f.contact_date = r.relapse_date
where f.disease_status = 'remission'
