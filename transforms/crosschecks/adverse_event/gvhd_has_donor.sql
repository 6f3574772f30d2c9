-- sets aside: nothing
-- columns: term
-- remedy: Confirm the graft-versus-host disease: neither a transplant nor donor-derived cells are on record.
-- remedy_zh: 请核实移植物抗宿主病：既无移植记录，也无供者来源细胞。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'term' as column_name
from cut.adverse_event as a
inner join cut.subject as s on a.study_id = s.study_id and a.subject_id = s.subject_id
where a.term in ('acute GVHD', 'chronic GVHD')
    and coalesce(a.grade, 1) > 0
    and coalesce(s.prior_transplant, 'no') <> 'yes'
    and not exists (
        select 1 from cut.transplant as t where t.study_id = a.study_id and t.subject_id = a.subject_id
    )
    and not exists (
        select 1 from cut.infusion as i
        where i.study_id = a.study_id and i.subject_id = a.subject_id and i.cell_source <> 'autologous'
    )
