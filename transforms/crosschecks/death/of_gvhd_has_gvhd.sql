-- sets aside: nothing
-- columns: cause
-- remedy: Send the graft-versus-host disease that led to death, or correct the cause.
-- remedy_zh: 请补报导致死亡的移植物抗宿主病，或更正死因。
select d.study_id, d.site_id, 'death' as domain, d.record_id, 'cause' as column_name
from cut.death as d
where d.cause = 'GVHD'
    and not exists (
        select 1 from cut.adverse_event as a
        where a.study_id = d.study_id and a.subject_id = d.subject_id
            and a.term in ('acute GVHD', 'chronic GVHD') and coalesce(a.grade, 1) > 0
    )
