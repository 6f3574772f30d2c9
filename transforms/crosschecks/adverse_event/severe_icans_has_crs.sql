-- sets aside: nothing
-- columns: grade
-- remedy: Send the CRS of this infusion, or that there was none: ICANS of grade 3 or more is reported and CRS is not.
-- remedy_zh: 请补报本次回输的CRS（未发生请注明）：已报告3级及以上ICANS，但未报告CRS。
select a.study_id, a.site_id, 'adverse_event' as domain, a.srcseq as record_id, 'grade' as column_name
from adam.adae as a
where a.aeterm = 'ICANS' and a.atoxgr >= 3
    and not exists (
        select 1 from adam.adae as c
        where c.study_id = a.study_id and c.subject_id = a.subject_id and c.aeterm = 'CRS'
            and c.infusion_number is not distinct from a.infusion_number
    )
