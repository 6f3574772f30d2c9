-- sets aside: nothing
-- columns: term
-- remedy: Confirm that the graft-versus-host disease is acute: it began more than 100 days after transplant or donor cells.
-- remedy_zh: 请核实是否为急性移植物抗宿主病：发生于移植或供者细胞回输100天之后。
with donor_cells as (
    select study_id, subject_id, transplant_date as given from cut.transplant
    union all
    select study_id, subject_id, infusion_date from cut.infusion where cell_source <> 'autologous'
)

select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'term' as column_name
from cut.adverse_event as a
inner join donor_cells as d on a.study_id = d.study_id and a.subject_id = d.subject_id
where a.term = 'acute GVHD' and coalesce(a.grade, 1) > 0 and d.given <= a.start_date
group by all
having min(date_diff('day', d.given, a.start_date)) > 100
