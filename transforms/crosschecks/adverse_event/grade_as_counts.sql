-- sets aside: nothing
-- columns: grade
-- remedy: Confirm the grade: the lowest count sent for the days of the event gives a higher grade by CTCAE.
-- remedy_zh: 请核实分级：按CTCAE，事件期间最低计数对应的分级高于上报分级。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'grade' as column_name
from adam.adgrade
where (scale, aeterm) in (select (scale, term) from meta.ctcae_criterion) and agreefl = 'N'
