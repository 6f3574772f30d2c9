-- sets aside: nothing
-- columns: infusion_number
-- remedy: Send the infusion or correct its number: the sample names an infusion that is not on record.
-- remedy_zh: 请补报回输记录或更正序号：样本所属的回输没有记录。
select k.study_id, k.site_id, 'cell_kinetics' as domain, k.record_id, 'infusion_number' as column_name
from cut.cell_kinetics as k
where k.infusion_number is not null
    and not exists (
        select 1 from current.infusion as i
        where i.study_id = k.study_id and i.subject_id = k.subject_id and i.infusion_number = k.infusion_number
    )
