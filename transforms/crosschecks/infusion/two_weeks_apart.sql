-- sets aside: nothing
-- columns: infusion_date
-- remedy: Confirm the days: less than 14 days lie between two numbered infusions, as when one dose given in parts is counted twice.
-- remedy_zh: 请核实日期：两次回输间隔不足14天，可能是同一剂量分次回输被重复计数。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'infusion_date' as column_name
from cut.infusion as i
inner join cut.infusion as b
    on i.study_id = b.study_id and i.subject_id = b.subject_id and i.infusion_number = b.infusion_number + 1
where i.infusion_date > b.infusion_date and i.infusion_date < b.infusion_date + 14
