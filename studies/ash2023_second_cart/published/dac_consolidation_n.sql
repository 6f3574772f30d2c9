-- Responders to the second infusion who had decitabine in remission
select count(distinct c.subject_id) as value
from core.consolidation as c
inner join adam.adrs as r on c.subject_id = r.subject_id and r.infusion_number = 2 and r.respfl = 'Y'
where c.treatment = 'decitabine' and c.valid_to is null
