-- Immunoglobulins recovered
select count(distinct subject_id) as value
from core.milestone
where milestone = 'immunoglobulin recovery' and valid_to is null
