-- sets aside: nothing
-- columns: end_date
-- remedy: Confirm the days: lymphodepletion ends after the infusion it prepares.
-- remedy_zh: 请核实日期：清淋结束晚于其对应的回输。
select l.study_id, l.site_id, 'lymphodepletion' as domain, l.record_id, 'end_date' as column_name
from cut.lymphodepletion as l
inner join cut.infusion as i
    on l.study_id = i.study_id and l.subject_id = i.subject_id and l.infusion_number = i.infusion_number
where coalesce(l.end_date, l.start_date) > i.infusion_date
