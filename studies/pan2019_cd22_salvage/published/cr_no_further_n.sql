-- In remission without transplant or consolidation
select count(*) as value
from adam.adtte as t
where t.paramcd = 'lfs_not_bridged'
    and not exists (
        select 1 from core.consolidation as c where c.subject_id = t.subject_id and c.valid_to is null
    )
