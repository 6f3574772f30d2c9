-- sets aside: nothing
-- columns: contact_date, enrollment_date, infusion_date
-- remedy: Correct the day: it lies before the study began or before the subject was born.
-- remedy_zh: 请更正日期：早于研究开始或受试者出生。
-- What happened to a subject before the study, such as an earlier transplant or a sample at diagnosis, has no such bound
-- but the subject's birth. Who is 30 was born less than 31 years before enrollment.
select r.study_id, r.site_id, r.domain, r.record_id, r.date_column as column_name
from current.dated_record as r
inner join meta.study as t on r.study_id = t.study_id
left join current.subject as s on r.study_id = s.study_id and r.subject_id = s.subject_id
where
    (
        r.clinical_date < t.first_day
        and r.domain not in ('transplant', 'genomics', 'antigen_expression', 'laboratory', 'treatment')
    )
    or (
        s.enrollment_date >= coalesce(t.first_day, s.enrollment_date)
        and r.clinical_date < s.enrollment_date - cast(366 * (s.age_years + 1) as integer)
    )
