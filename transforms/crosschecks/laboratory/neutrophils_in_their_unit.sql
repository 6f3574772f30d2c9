-- sets aside: nothing
-- columns: value
-- remedy: Confirm the count and its unit: more than 100 x 10^9 neutrophils/L, as when cells/uL are called 10^9/L.
-- remedy_zh: 请核实计数及单位：中性粒细胞超过100×10^9/L，可能把/uL当作10^9/L。
select study_id, site_id, 'laboratory' as domain, srcseq as record_id, 'value' as column_name
from adam.adlb
where paramcd = 'neutrophils' and aval > 100
