-- sets aside: nothing
-- columns: infusion_date
-- remedy: Keep one record or correct the day: two infusions of the same product are on record for one day.
-- remedy_zh: 请保留一条记录或更正日期：同一天记录了两次同一产品的回输。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'infusion_date' as column_name
from cut.infusion as i
inner join cut.infusion as b on i.study_id = b.study_id and i.subject_id = b.subject_id
where i.infusion_number > b.infusion_number and i.infusion_date = b.infusion_date and i.target = b.target
