-- sets aside: nothing
-- columns: response
-- remedy: Send the relapse or confirm the response: the remission seen before is lost and no relapse is on record.
-- remedy_zh: 请补报复发记录或核实疗效：此前的缓解已丧失，但无复发记录。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'response' as column_name
from cut.response as p
where (p.response in ('PR', 'NR') or p.marrow_blasts_pct >= 5)
    and exists (
        select 1 from cut.response as b
        where b.study_id = p.study_id and b.subject_id = p.subject_id
            and b.response in {complete_remission} and b.assessment_date < p.assessment_date
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
