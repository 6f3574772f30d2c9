-- sets aside: nothing
-- columns: contact_date, death_date, relapse_date
-- remedy: Confirm the day: it lies after the data cut of the study and is not counted.
-- remedy_zh: 请核实日期：晚于研究数据截止日，不计入分析。
select r.study_id, r.site_id, r.domain, r.record_id, r.date_column as column_name
from current.dated_record as r
inner join meta.study as t on r.study_id = t.study_id
where r.clinical_date > t.data_cut and r.domain in ('follow_up', 'death', 'relapse')
