-- sets aside: nothing
-- columns: copies_per_ug
-- remedy: Confirm the result and its unit: it is a thousand times more or less than the samples of the week before and the week after.
-- remedy_zh: 请核实结果及单位：与前后一周内样本相差千倍以上。
with neighbours as (
    select
        *,
        lag(aval) over series as value_before,
        lead(aval) over series as value_after,
        lag(ckdy) over series as day_before,
        lead(ckdy) over series as day_after
    from adam.adcks
    where quantfl = 'Y' and aval > 0
    window series as (
        partition by study_id, subject_id, infusion_number, assay, matrix, quantity order by ckdy, srcseq
    )
)

select study_id, site_id, 'cell_kinetics' as domain, srcseq as record_id, srcvar as column_name
from neighbours
where ckdy - day_before <= 7 and day_after - ckdy <= 7
    and (
        aval >= 1000 * greatest(value_before, value_after)
        or aval <= least(value_before, value_after) / 1000
    )
