-- sets aside: nothing
-- columns: enrollment_date
-- remedy: Send the infusion, or the disposition, follow-up or death that explains why none was given: nothing is on record for 90 days after enrollment.
-- remedy_zh: 请补报回输记录，或说明未回输原因的去向、随访或死亡记录：入组后90天内无任何记录。
select s.study_id, s.site_id, 'subject' as domain, s.record_id, 'enrollment_date' as column_name
from cut.subject as s
inner join meta.study as t on s.study_id = t.study_id
where t.latest_extract > s.enrollment_date + 90
    and not exists (
        select 1 from current.dated_record as r
        where r.study_id = s.study_id and r.subject_id = s.subject_id
            and r.domain in ('infusion', 'follow_up', 'death', 'response', 'relapse')
    )
    -- a site that has said why none was given has explained it
    and not exists (
        select 1 from cut.disposition as d
        where d.study_id = s.study_id and d.subject_id = s.subject_id and d.disposition = 'not infused' and d.reason is not null
    )
