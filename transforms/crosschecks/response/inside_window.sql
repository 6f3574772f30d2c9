-- sets aside: nothing
-- columns: assessment_date
-- remedy: Confirm the day: this is the assessment nearest to the infusion and it lies outside the window of the protocol, so that the subject counts as not evaluable.
-- remedy_zh: 请核实评估日期：这是距回输最近的评估，但在方案规定的评估窗之外，该受试者将按不可评估处理。
with outside as (
    select
        p.study_id, p.site_id, p.subject_id, p.record_id, p.assessment_date, i.infusion_number,
        date_diff('day', i.infusion_date, p.assessment_date) between w.from_day and w.to_day as inside,
        abs(date_diff('day', i.infusion_date, p.assessment_date) - w.day) as days_off
    from cut.response as p
    inner join cut.infusion as i on p.study_id = i.study_id and p.subject_id = i.subject_id
    inner join meta.response_window as w on i.study_id = w.study_id and i.infusion_number = w.infusion_number
    where p.assessment_date > i.infusion_date
        and not exists (
            select 1 from cut.infusion as n
            where n.study_id = i.study_id and n.subject_id = i.subject_id
                and n.infusion_date > i.infusion_date and n.infusion_date <= p.assessment_date
        )
)

select study_id, site_id, 'response' as domain, record_id, 'assessment_date' as column_name
from outside
qualify not bool_or(inside) over (partition by study_id, subject_id, infusion_number)
    and row_number() over (
        partition by study_id, subject_id, infusion_number order by days_off, assessment_date
    ) = 1
