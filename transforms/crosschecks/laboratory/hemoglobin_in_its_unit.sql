-- sets aside: nothing
-- columns: value
-- remedy: Confirm the hemoglobin and its unit: outside 20 to 250 g/L, as when g/dL are called g/L.
-- remedy_zh: 请核实血红蛋白及单位：超出20至250 g/L，可能把g/dL当作g/L。
select study_id, site_id, 'laboratory' as domain, srcseq as record_id, 'value' as column_name
from adam.adlb
where paramcd = 'hemoglobin' and aval not between 20 and 250
