-- sets aside: nothing
-- columns: enrollment_date
-- remedy: Send the infusion, or correct what tells of one: CRS, ICANS or CAR-T cells are on record, and no infusion.
-- remedy_zh: 请补报回输记录，或更正相关记录：有CRS、ICANS或CAR-T细胞检出记录，但无回输记录。
with told as (
    select study_id, subject_id from cut.adverse_event where term in ('CRS', 'ICANS') and coalesce(grade, 1) > 0
    union
    select study_id, subject_id from cut.cell_kinetics
    where coalesce(below_quantification, 'no') = 'no' and greatest(car_t_pct, car_t_per_ul, copies_per_ug) > 0
)

select s.study_id, s.site_id, 'subject' as domain, s.record_id, 'enrollment_date' as column_name
from cut.subject as s
inner join told as t on s.study_id = t.study_id and s.subject_id = t.subject_id
where coalesce(s.prior_car_t, 'no') = 'no'
    and not exists (
        select 1 from current.infusion as i where i.study_id = s.study_id and i.subject_id = s.subject_id
    )
