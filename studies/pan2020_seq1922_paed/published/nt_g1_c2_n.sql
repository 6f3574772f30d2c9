-- Neurotoxicity of grade 1 after the second infusion
select count(distinct a.subject_id) as value
from adam.adae as a
where a.infusion_number = 2 and a.aeterm = 'ICANS' and a.atoxgr = 1
