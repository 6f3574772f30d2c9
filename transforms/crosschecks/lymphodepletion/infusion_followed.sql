-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the infusion that this lymphodepletion prepared, or tell why none was given.
-- remedy_zh: 请补报该清淋对应的回输记录，或说明未回输的原因。
select l.study_id, l.site_id, 'lymphodepletion' as domain, l.record_id, 'infusion_number' as column_name
from cut.lymphodepletion as l
inner join meta.study as t on l.study_id = t.study_id
where l.regimen <> 'none' and t.latest_extract > coalesce(l.end_date, l.start_date) + 30
    and not exists (
        select 1 from current.infusion as i
        where i.study_id = l.study_id and i.subject_id = l.subject_id and i.infusion_number = l.infusion_number
    )
