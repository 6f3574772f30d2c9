-- check: stays of a subject in states follow one another without a gap, and each but the last says which comes next
-- tables: adam.adstate
-- severity: error
with batch as (
    select * from {batch}
)

select a.study_id
from batch as a
left join batch as b
    on a.study_id = b.study_id and a.model = b.model and a.subject_id = b.subject_id and b.stayn = a.stayn + 1
where a.exitdy < a.entrydy
    or a.nextstat is distinct from b.state
    or (b.stayn is not null and a.exitdt <> b.entrydt)
    or (a.stayn = 1 and a.entrydy <> 0)
