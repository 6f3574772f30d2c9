-- sets aside: nothing
-- columns: value
-- remedy: Confirm the platelet count: platelets were transfused on that day or in the three days before.
-- remedy_zh: 请核实血小板计数：采样当日或此前三天内曾输注血小板。
select l.study_id, l.site_id, 'laboratory' as domain, l.record_id, 'value' as column_name
from cut.laboratory as l
where l.test = 'platelets'
    and exists (
        select 1 from cut.treatment as t
        where t.study_id = l.study_id and t.subject_id = l.subject_id and t.treatment = 'platelet transfusion'
            and l.sample_date between t.start_date and coalesce(t.end_date, t.start_date) + 3
    )
