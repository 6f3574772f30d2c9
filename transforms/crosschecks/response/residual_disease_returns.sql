-- sets aside: nothing
-- columns: mrd_status
-- remedy: Confirm that this is no relapse: residual disease is found again after it was gone.
-- remedy_zh: 请确认并非复发：微小残留病转阴后再次转阳。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'mrd_status' as column_name
from cut.response as p
where p.mrd_status = 'positive'
    and exists (
        select 1 from cut.response as b
        where b.study_id = p.study_id and b.subject_id = p.subject_id
            and b.mrd_status = 'negative' and b.assessment_date < p.assessment_date
            and not exists (
                select 1 from cut.relapse as r
                where r.study_id = p.study_id and r.subject_id = p.subject_id
                    and r.relapse_date between b.assessment_date and p.assessment_date + 30
            )
            and not exists (
                select 1 from cut.infusion as i
                where i.study_id = p.study_id and i.subject_id = p.subject_id
                    and i.infusion_date > b.assessment_date and i.infusion_date <= p.assessment_date
            )
    )
