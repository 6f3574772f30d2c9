-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the earlier infusion or correct the number: a number before this one is missing.
-- remedy_zh: 请补报之前的回输记录或更正序号：缺少前一次回输。
select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'infusion_number' as column_name
from cut.administration as i
where i.infusion_number > 1
    and not exists (
        select 1 from cut.administration as b
        where b.study_id = i.study_id and b.subject_id = i.subject_id and b.infusion_number = i.infusion_number - 1
    )
