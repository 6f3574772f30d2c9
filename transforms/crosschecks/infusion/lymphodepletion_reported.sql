-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the lymphodepletion of this infusion, or that none was given: the site reports it for other infusions.
-- remedy_zh: 请补报本次回输的清淋方案，或注明未清淋：该中心其他回输均有记录。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'infusion_number' as column_name
from cut.infusion as i
where exists (
        select 1 from cut.lymphodepletion as o
        where o.study_id = i.study_id and o.site_id = i.site_id and o.infusion_number = i.infusion_number
    )
    and not exists (
        select 1 from current.lymphodepletion as l
        where l.study_id = i.study_id and l.subject_id = i.subject_id and l.infusion_number = i.infusion_number
    )
