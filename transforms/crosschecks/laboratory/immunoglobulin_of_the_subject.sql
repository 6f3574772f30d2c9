-- sets aside: nothing
-- columns: value
-- remedy: Confirm that the immunoglobulin is the subject's own: replacement was given within the 28 days before.
-- remedy_zh: 请核实免疫球蛋白是否为受试者自身：采样前28天内曾输注免疫球蛋白。
select l.study_id, l.site_id, 'laboratory' as domain, l.record_id, 'value' as column_name
from cut.laboratory as l
where l.test = 'IgG'
    and exists (
        select 1 from cut.treatment as t
        where t.study_id = l.study_id and t.subject_id = l.subject_id and t.treatment = 'immunoglobulin'
            and l.sample_date between t.start_date and coalesce(t.end_date, t.start_date) + 28
    )
