-- sets aside: nothing
-- columns: start_date
-- remedy: Confirm the onset of CRS: it lies more than 21 days after the infusion or before it.
-- remedy_zh: 请核实CRS发生日期：晚于回输后21天或早于回输。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'start_date' as column_name
from adam.adae
where aeterm = 'CRS' and occurfl = 'Y' and not (astdy between 0 and 21)
