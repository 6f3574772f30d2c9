-- sets aside: nothing
-- columns: enrollment_date
-- remedy: Send a follow-up: the subject is not known to have died and nothing was reported for more than a year before the last export.
-- remedy_zh: 请补报随访：受试者未报告死亡，且最近一次导出前一年以上无任何记录。
select a.study_id, a.site_id, 'subject' as domain, s.record_id, 'enrollment_date' as column_name
from adam.adsl as a
inner join cut.subject as s on a.study_id = s.study_id and a.subject_id = s.subject_id
inner join meta.study as t on a.study_id = t.study_id
where a.dthdt is null and t.data_cut is null and a.lstalvdt < t.latest_extract - 365
    and not exists (
        select 1 from cut.follow_up as f
        where f.study_id = a.study_id and f.subject_id = a.subject_id
            and f.disease_status in ('lost to follow-up', 'withdrew') and f.contact_date >= a.lstalvdt
    )
