-- sets aside: nothing
-- columns: target
-- remedy: Confirm the product: the protocol plans one against another antigen for this infusion.
-- remedy_zh: 请核实产品靶点：与方案规定的该次回输靶点不符。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'target' as column_name
from cut.administration as i
where exists (
        select 1 from meta.planned_target as p
        where p.study_id = i.study_id and p.infusion_number = i.infusion_number
    )
    and not exists (
        select 1 from meta.planned_target as p
        where p.study_id = i.study_id and p.infusion_number = i.infusion_number and p.target = i.target
    )
