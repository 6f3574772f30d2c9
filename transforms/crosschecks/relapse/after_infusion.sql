-- sets aside: nothing
-- columns: relapse_date
-- remedy: Correct the day of relapse, or take the record out where it tells of the time before: it lies before the first infusion, and until then it counts as unknown whether the subject relapsed afterwards.
-- remedy_zh: 请更正复发日期；若记录的是回输前的复发，请删除该记录：该日期早于首次回输，在此之前，回输后是否复发计为不详。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
inner join cut.infusion as i
    on r.study_id = i.study_id and r.subject_id = i.subject_id and i.infusion_number = 1
where r.relapse_date < i.infusion_date
