-- CRS of grade 1 or 2 after the first infusion
select count(distinct a.subject_id) as value
from adam.adae as a
where a.infusion_number = 1 and a.aeterm = 'CRS' and a.atoxgr between 1 and 2
