-- Most CRS and neurotoxicity below grade 3
select count(*) filter (atoxgr < 3) > count(*) / 2 as value
from adam.adae
where aeterm in ('CRS', 'ICANS') and occurfl = 'Y'
