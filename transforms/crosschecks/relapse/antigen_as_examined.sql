-- sets aside: nothing
-- columns: cd19_status
-- remedy: Confirm the antigen on the blasts: relapse and antigen examination contradict each other, or only one of them names it.
-- remedy_zh: 请核实白血病细胞抗原：复发记录与抗原检测不一致，或仅其中一处填写。
with reported as (
    select study_id, site_id, subject_id, record_id, relapse_date, 'CD19' as antigen, cd19_status as status
    from cut.relapse
    union all
    select study_id, site_id, subject_id, record_id, relapse_date, 'CD22', cd22_status
    from cut.relapse
)

select r.study_id, r.site_id, 'relapse' as domain, r.record_id, lower(r.antigen) || '_status' as column_name
from reported as r
inner join cut.antigen_expression as x
    on r.study_id = x.study_id and r.subject_id = x.subject_id and r.antigen = x.antigen
where x.sample_date between r.relapse_date - 14 and r.relapse_date + 14
    and x.status <> 'not done' and coalesce(r.status, 'not done') <> x.status
qualify row_number() over (partition by r.study_id, r.record_id, r.antigen order by x.sample_date) = 1
