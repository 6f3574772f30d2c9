-- sets aside: nothing
-- columns: cause
-- remedy: Confirm the cause: a relapse is on record before this death and no later infusion, transplant or remission, so that the death does not count as one in remission.
-- remedy_zh: 请核实死因：死亡前有复发记录且其后无回输、移植或缓解，该死亡不计为缓解中死亡。
select d.study_id, d.site_id, 'death' as domain, d.record_id, 'cause' as column_name
from cut.death as d
inner join cut.relapse as r on d.study_id = r.study_id and d.subject_id = r.subject_id
inner join cut.infusion as i
    on d.study_id = i.study_id and d.subject_id = i.subject_id and i.infusion_number = 1
where d.cause in ('CRS', 'ICANS', 'GVHD', 'transplant-related')
    and r.relapse_date between i.infusion_date and d.death_date
    and not exists (
        select 1 from adam.adevent as e
        where e.study_id = d.study_id and e.subject_id = d.subject_id
            and e.happening in ('next_infusion', 'transplant') and e.eventdt >= r.relapse_date
    )
    and not exists (
        select 1 from cut.response as p
        where p.study_id = d.study_id and p.subject_id = d.subject_id
            and p.response in {complete_remission} and p.assessment_date > r.relapse_date
    )
qualify row_number() over (partition by d.study_id, d.record_id order by r.relapse_date) = 1
