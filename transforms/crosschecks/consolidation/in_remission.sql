-- sets aside: nothing
-- columns: start_date
-- remedy: Send the remission this course consolidates, or report the course as therapy of leukemia: none is on record before it.
-- remedy_zh: 请补报该巩固治疗前的缓解记录，或按抗白血病治疗上报：此前无缓解记录。
select c.study_id, c.site_id, 'consolidation' as domain, c.record_id, 'start_date' as column_name
from cut.consolidation as c
inner join cut.infusion as i
    on c.study_id = i.study_id and c.subject_id = i.subject_id and i.infusion_number = 1
where c.start_date >= i.infusion_date
    and not exists (
        select 1 from cut.response as p
        where p.study_id = c.study_id and p.subject_id = c.subject_id
            and p.response in {complete_remission} and p.assessment_date <= c.start_date
    )
