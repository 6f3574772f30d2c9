-- Within a year most children have never more normal B cells in the marrow than the protocol's cut
with highest as (
    select l.subject_id, max(l.value) as highest, any_value(r.above) as above
    from core.laboratory as l
    inner join meta.recovery as r on l.test = r.test and l.matrix = r.matrix and r.happening = 'b_cell_recovery'
    inner join adam.adsl as s on l.subject_id = s.subject_id
    where l.valid_to is null
        and l.sample_date between s.trt01dt + cast(r.from_day as integer) and s.trt01dt + 365
    group by all
)

select avg(if(highest <= above, 1, 0)) > 0.5 as value
from highest
