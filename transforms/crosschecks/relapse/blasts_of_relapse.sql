-- sets aside: nothing
-- columns: detection
-- remedy: Confirm how the relapse was found: it is called morphologic and the marrow of those days has less than 5% blasts.
-- remedy_zh: 请核实复发的判定方式：标记为形态学复发，但同期骨髓原始细胞低于5%。
select r.study_id, r.site_id, 'relapse' as domain, r.record_id, 'detection' as column_name
from cut.relapse as r
inner join cut.response as p on r.study_id = p.study_id and r.subject_id = p.subject_id
where r.detection = 'morphologic' and coalesce(r.relapse_site, 'marrow') in ('marrow', 'combined')
    and p.assessment_date between r.relapse_date - 3 and r.relapse_date + 3
    and p.marrow_blasts_pct < 5
qualify row_number() over (partition by r.study_id, r.record_id order by p.assessment_date) = 1
