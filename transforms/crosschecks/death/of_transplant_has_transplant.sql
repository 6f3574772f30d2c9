-- sets aside: nothing
-- columns: cause
-- remedy: Send the transplant that led to death, or correct the cause: none is on record.
-- remedy_zh: 请补报导致死亡的移植记录，或更正死因：无移植记录。
select d.study_id, d.site_id, 'death' as domain, d.record_id, 'cause' as column_name
from cut.death as d
inner join cut.subject as s on d.study_id = s.study_id and d.subject_id = s.subject_id
where d.cause = 'transplant-related' and coalesce(s.prior_transplant, 'no') <> 'yes'
    and not exists (
        select 1 from cut.transplant as t
        where t.study_id = d.study_id and t.subject_id = d.subject_id and t.transplant_date <= d.death_date
    )
