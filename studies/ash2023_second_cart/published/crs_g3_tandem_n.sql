-- CRS of grade 3 or more after a tandem product
select count(distinct a.subject_id) as value
from adam.adae as a
inner join adam.adrisk as r on a.subject_id = r.subject_id and r.risk_factor = 'strategy' and r.level = 'tandem'
where a.infusion_number = 2 and a.aeterm = 'CRS' and a.atoxgr >= 3
