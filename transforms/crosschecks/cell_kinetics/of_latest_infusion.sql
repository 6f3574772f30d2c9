-- sets aside: nothing
-- columns: infusion_number
-- remedy: Confirm whose cells were measured: the sample is said to show cells of an earlier infusion and none of the later one.
-- remedy_zh: 请核实所测细胞来自哪次回输：样本标为较早一次回输，而较晚一次回输无样本。
select k.study_id, k.site_id, 'cell_kinetics' as domain, k.record_id, 'infusion_number' as column_name
from cut.cell_kinetics as k
inner join cut.infusion as i
    on k.study_id = i.study_id and k.subject_id = i.subject_id and i.infusion_number > k.infusion_number
where i.infusion_date <= k.sample_date
    and not exists (
        select 1 from cut.cell_kinetics as o
        where o.study_id = k.study_id and o.subject_id = k.subject_id and o.infusion_number = i.infusion_number
    )
