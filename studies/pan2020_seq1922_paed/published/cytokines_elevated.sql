-- Interleukins and TNF alpha rise after both infusions: the peak within 28 days is above the value before
with peak as (
    select subject_id, paramcd, infusion_number, max(aval) as aval, arg_min(aval, ady) as first_value
    from adam.adlb
    where paramcd in ('IL-6', 'IL-10', 'TNF-alpha') and ady between 0 and 28
    group by all
)

select min(rising) > 0.5 as value
from (
    select paramcd, infusion_number, avg(if(aval > first_value, 1, 0)) as rising from peak group by all
)
