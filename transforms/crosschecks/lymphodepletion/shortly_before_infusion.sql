-- sets aside: nothing
-- columns: end_date
-- remedy: Confirm the days: more than 14 days lie between lymphodepletion and the infusion it prepares.
-- remedy_zh: 请核实日期：清淋结束至回输间隔超过14天。
select l.study_id, l.site_id, 'lymphodepletion' as domain, l.record_id, 'end_date' as column_name
from cut.lymphodepletion as l
inner join cut.infusion as i
    on l.study_id = i.study_id and l.subject_id = i.subject_id and l.infusion_number = i.infusion_number
where i.infusion_date > coalesce(l.end_date, l.start_date) + 14
