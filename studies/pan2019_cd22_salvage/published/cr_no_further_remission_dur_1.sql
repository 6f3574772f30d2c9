-- Months in remission of those without further treatment, the 1 of them in order
select t.avalm as value
from adam.adtte as t
where t.paramcd = 'lfs_not_bridged' and t.event = 0
    and not exists (
        select 1 from core.consolidation as c where c.subject_id = t.subject_id and c.valid_to is null
    )
order by t.aval
limit 1 offset 0
