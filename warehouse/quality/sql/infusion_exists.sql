-- check: every adverse event attributed to an infusion has that infusion in core
-- tables: adam.adae
-- severity: error
with batch as (
    select * from {batch}
)

select a.study_id
from batch as a
where a.infusion_number is not null and not exists (
    select 1 from core.infusion as i
    where i.study_id = a.study_id and i.subject_id = a.subject_id
        -- one whose number is unknown bears the number that its day leaves it
        and coalesce(i.infusion_number = a.infusion_number, true) and i.valid_to is null
)
