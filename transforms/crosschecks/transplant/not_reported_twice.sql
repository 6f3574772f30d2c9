-- sets aside: nothing
-- columns: transplant_date
-- remedy: Keep one record or confirm both: two transplants lie less than 30 days apart.
-- remedy_zh: 请保留一条记录或确认两次移植：两次移植间隔不足30天。
select t.study_id, t.site_id, 'transplant' as domain, t.record_id, 'transplant_date' as column_name
from cut.transplant as t
inner join cut.transplant as b on t.study_id = b.study_id and t.subject_id = b.subject_id
where t.transplant_date > b.transplant_date and t.transplant_date < b.transplant_date + 30
