-- sets aside: nothing
-- columns: disease_status
-- remedy: Send the relapse: the subject was in remission and this contact finds leukemia.
-- remedy_zh: 请补报复发记录：受试者曾缓解，本次随访发现白血病。
select f.study_id, f.site_id, 'follow_up' as domain, f.record_id, 'disease_status' as column_name
from cut.follow_up as f
where f.disease_status = 'relapsed'
    and exists (
        select 1 from cut.response as p
        where p.study_id = f.study_id and p.subject_id = f.subject_id
            and p.response in {complete_remission} and p.assessment_date < f.contact_date
            and not exists (
                select 1 from cut.relapse as r
                where r.study_id = f.study_id and r.subject_id = f.subject_id
                    and r.relapse_date between p.assessment_date and f.contact_date + 7
            )
    )
