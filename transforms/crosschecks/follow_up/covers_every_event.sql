-- sets aside: nothing
-- columns: contact_date
-- remedy: Send a later follow-up: another record shows the subject alive more than 30 days after the last contact reported.
-- remedy_zh: 请补报更晚的随访：其他记录显示受试者在末次随访30天之后仍存活。
with last_contact as (
    select * from cut.follow_up
    qualify row_number() over (partition by study_id, subject_id order by contact_date desc) = 1
)

select f.study_id, f.site_id, 'follow_up' as domain, f.record_id, 'contact_date' as column_name
from last_contact as f
inner join adam.adsl as a on f.study_id = a.study_id and f.subject_id = a.subject_id
where a.dthdt is null and a.lstalvdt > f.contact_date + 30
