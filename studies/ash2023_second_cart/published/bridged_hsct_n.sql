-- Responders to the second infusion who were transplanted
select count(*) as value
from adam.adsl as s
inner join adam.adrs as r on s.subject_id = r.subject_id and r.infusion_number = 2 and r.respfl = 'Y'
where s.hsctdt > s.trt02dt
