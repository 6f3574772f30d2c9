-- Months from the first infusion to recovery of immunoglobulins of those who relapsed, the 2 of them
select (m.milestone_date - s.trt01dt) / 30.4375 as value
from core.milestone as m
inner join adam.adsl as s on m.subject_id = s.subject_id and s.relapsedt is not null
where m.milestone = 'immunoglobulin recovery' and m.valid_to is null
order by m.milestone_date - s.trt01dt
limit 1 offset 1
