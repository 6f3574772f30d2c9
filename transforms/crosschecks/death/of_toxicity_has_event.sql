-- sets aside: nothing
-- columns: cause
-- remedy: Send the adverse event that led to death, or correct the cause: none of its kind and of grade 3 or more is on record.
-- remedy_zh: 请补报导致死亡的不良事件或更正死因：无同类3级及以上不良事件记录。
select d.study_id, d.site_id, 'death' as domain, d.record_id, 'cause' as column_name
from cut.death as d
where d.cause in ('CRS', 'ICANS')
    and not exists (
        select 1 from cut.adverse_event as a
        where a.study_id = d.study_id and a.subject_id = d.subject_id
            and a.term = d.cause and coalesce(a.grade, 5) >= 3
    )
