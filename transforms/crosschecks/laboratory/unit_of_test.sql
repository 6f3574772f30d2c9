-- sets aside: nothing
-- columns: unit
-- remedy: Correct the unit: it is unknown or does not measure this test.
-- remedy_zh: 请更正单位：未知单位或与该检验项目不符。
select study_id, site_id, 'laboratory' as domain, srcseq as record_id, 'unit' as column_name
from adam.adlb
where paramcd is not null and lborresu is not null and lborres is not null and aval is null
