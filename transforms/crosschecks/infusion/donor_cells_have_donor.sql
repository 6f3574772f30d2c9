-- sets aside: nothing
-- columns: cell_source
-- remedy: Confirm whose cells were given: they are called donor-derived and no transplant from a donor is on record.
-- remedy_zh: 请核实细胞来源：标记为供者来源，但无供者移植记录。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'cell_source' as column_name
from cut.infusion as i
inner join cut.subject as s on i.study_id = s.study_id and i.subject_id = s.subject_id
where i.cell_source = 'donor-derived' and s.prior_transplant = 'no'
    and not exists (
        select 1 from cut.transplant as t
        where t.study_id = i.study_id and t.subject_id = i.subject_id
            and t.transplant_type = 'allogeneic' and t.transplant_date < i.infusion_date
    )
