-- sets aside: nothing
-- columns: value
-- remedy: Confirm the count and its unit: more than 2000 x 10^9 platelets/L.
-- remedy_zh: 请核实计数及单位：血小板超过2000×10^9/L。
select study_id, site_id, 'laboratory' as domain, srcseq as record_id, 'value' as column_name
from adam.adlb
where paramcd = 'platelets' and aval > 2000
