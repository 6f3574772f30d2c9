-- sets aside: nothing
-- columns: grade
-- remedy: Confirm grade and findings of ICANS: ICE score, consciousness, seizures, weakness and edema give another grade by ASTCT 2019.
-- remedy_zh: 请核实ICANS分级及表现：由ICE评分、意识、癫痫、肌无力和脑水肿推得的分级与上报不符。
select study_id, site_id, 'adverse_event' as domain, srcseq as record_id, 'grade' as column_name
from adam.adgrade
where aeterm = 'ICANS' and scale = 'ASTCT 2019' and agreefl = 'N'
