-- sets aside: nothing
-- columns: treatment
-- remedy: Send the CRS or neurotoxicity that was treated, or confirm why the drug was given: none is on record on that day or before.
-- remedy_zh: 请补报所治疗的CRS或神经毒性，或说明用药原因：用药当日及之前无相应记录。
select t.study_id, t.site_id, 'treatment' as domain, t.record_id, 'treatment' as column_name
from cut.treatment as t
where t.treatment = 'tocilizumab'
    and not exists (
        select 1 from cut.adverse_event as a
        where a.study_id = t.study_id and a.subject_id = t.subject_id
            and a.term in ('CRS', 'ICANS', 'IEC-HS') and coalesce(a.grade, 1) > 0
            and coalesce(a.start_date <= t.start_date, true)
    )
