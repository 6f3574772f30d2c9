-- sets aside: nothing
-- columns: subject_id
-- remedy: Confirm that this is another person: another subject has the same sex, age and days of enrollment and infusion.
-- remedy_zh: 请确认不是同一受试者：另有受试者的性别、年龄、入组日期和回输日期完全相同。
with described as (
    select s.study_id, s.site_id, s.subject_id, s.record_id, s.sex, s.age_years, s.enrollment_date, i.infusion_date
    from cut.subject as s
    inner join cut.infusion as i on s.study_id = i.study_id and s.subject_id = i.subject_id
    where i.infusion_number = 1
)

select d.study_id, d.site_id, 'subject' as domain, d.record_id, 'subject_id' as column_name
from described as d
where exists (
    select 1 from described as o
    where o.study_id = d.study_id and o.subject_id <> d.subject_id and o.sex = d.sex and o.age_years = d.age_years
        and o.enrollment_date = d.enrollment_date and o.infusion_date = d.infusion_date
)
