-- sets aside: nothing
-- columns: grade
-- remedy: Confirm grade and findings of CRS: blood pressure and oxygen give a higher grade by Lee 2014.
-- remedy_zh: 请核实CRS分级及表现：按Lee 2014，由血压和吸氧推得的分级高于上报分级。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'grade' as column_name
from adam.adgrade
where aeterm = 'CRS' and scale = 'Lee 2014' and agreefl = 'N'
