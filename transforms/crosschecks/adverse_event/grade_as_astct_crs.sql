-- sets aside: nothing
-- columns: grade
-- remedy: Confirm grade and findings of CRS: fever, blood pressure and oxygen give another grade by ASTCT 2019.
-- remedy_zh: 请核实CRS分级及表现：按ASTCT 2019，由体温、血压和吸氧推得的分级与上报不符。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'grade' as column_name
from adam.adgrade
where aeterm = 'CRS' and scale = 'ASTCT 2019' and agreefl = 'N'
