-- sets aside: nothing
-- columns: relapse_date
-- remedy: Keep one record or confirm both: two relapses lie less than 28 days apart.
-- remedy_zh: 请保留一条记录或确认两次复发：两次复发间隔不足28天。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'relapse_date' as column_name
from cut.relapse as r
inner join cut.relapse as b on r.study_id = b.study_id and r.subject_id = b.subject_id
where r.relapse_date > b.relapse_date and r.relapse_date < b.relapse_date + 28
    -- residual disease that becomes overt is one course with two facts
    and not (coalesce(b.detection, '') = 'MRD' and coalesce(r.detection, '') <> 'MRD')
qualify row_number() over (partition by r.study_id, r.record_id order by b.relapse_date) = 1
