-- sets aside: nothing
-- columns: infusion_date
-- remedy: Send the response to this infusion, also where it could not be evaluated: the window is over and none is on record.
-- remedy_zh: 请补报本次回输的疗效评估（无法评估者亦请注明）：评估窗已过但无记录。
select r.study_id, r.site_id, 'infusion' as domain, i.record_id, 'infusion_date' as column_name
from adam.adrs as r
inner join cut.infusion as i
    on r.study_id = i.study_id and r.subject_id = i.subject_id and r.infusion_number = i.infusion_number
inner join meta.response_window as w on r.study_id = w.study_id and r.infusion_number = w.infusion_number
inner join meta.study as t on r.study_id = t.study_id
left join cut.death as d on r.study_id = d.study_id and r.subject_id = d.subject_id
where date_diff('day', i.infusion_date, t.latest_extract) > w.to_day + 14
    and coalesce(date_diff('day', i.infusion_date, d.death_date) > w.to_day, true)
    and not exists (
        select 1 from cut.response as p
        where p.study_id = r.study_id and p.subject_id = r.subject_id and p.assessment_date >= i.infusion_date
    )
    and not exists (
        select 1 from cut.relapse as x
        where x.study_id = r.study_id and x.subject_id = r.subject_id and x.relapse_date >= i.infusion_date
    )
