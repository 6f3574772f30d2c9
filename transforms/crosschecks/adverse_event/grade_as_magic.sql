-- sets aside: nothing
-- columns: grade
-- remedy: Confirm grade and stages of acute GVHD: the stages of skin, liver and gut give another grade by MAGIC.
-- remedy_zh: 请核实急性GVHD分级及各器官分期：按MAGIC推得的分级与上报不符。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'grade' as column_name
from adam.adgrade
where aeterm = 'acute GVHD' and scale = 'MAGIC' and agreefl = 'N'
