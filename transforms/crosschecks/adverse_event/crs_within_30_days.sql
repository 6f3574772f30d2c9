-- sets aside: nothing
-- columns: end_date
-- remedy: Confirm the end of CRS: it lasted more than 30 days.
-- remedy_zh: 请核实CRS结束日期：持续超过30天。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'end_date' as column_name
from cut.adverse_event as a
where a.term = 'CRS' and a.grade > 0 and a.end_date > a.start_date + 30
