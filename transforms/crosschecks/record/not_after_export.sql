-- sets aside: nothing
-- columns: contact_date
-- remedy: Correct the day: it lies after the day of the export that reports it.
-- remedy_zh: 请更正日期：晚于报告该记录的导出日期。
select r.study_id, r.site_id, r.domain, r.record_id, r.date_column as column_name
from current.dated_record as r
where r.clinical_date > r.extract_date
