-- Of those, relapsed
select count(distinct m.subject_id) as value
from core.milestone as m
inner join adam.adsl as s on m.subject_id = s.subject_id and s.relapsedt is not null
where m.milestone = 'immunoglobulin recovery' and m.valid_to is null
