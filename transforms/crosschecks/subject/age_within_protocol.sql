-- sets aside: nothing
-- columns: age_years
-- remedy: Confirm the age: it lies outside the ages the protocol enrolls.
-- remedy_zh: 请核实年龄：超出方案规定的入组年龄范围。
select s.study_id, s.site_id, 'subject' as domain, s.record_id, 'age_years' as column_name
from cut.subject as s
inner join meta.study as t on s.study_id = t.study_id
where s.age_years < t.youngest_years or s.age_years > t.oldest_years
