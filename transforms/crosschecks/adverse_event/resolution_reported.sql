-- sets aside: nothing
-- columns: end_date
-- remedy: Enter the day the event resolved, or that it is still going on: it began more than 60 days before the last export.
-- remedy_zh: 请填写事件缓解日期或注明仍在持续：事件开始距最近一次导出已超过60天。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'end_date' as column_name
from cut.adverse_event as a
inner join meta.study as t on a.study_id = t.study_id
left join cut.death as d on a.study_id = d.study_id and a.subject_id = d.subject_id
where a.term in ('CRS', 'ICANS') and a.grade > 0 and a.end_date is null and a.start_date + 60 < t.latest_extract
    and coalesce(d.death_date > a.start_date + 60, true)
    and exists (
        select 1 from cut.adverse_event as o
        where o.study_id = a.study_id and o.site_id = a.site_id and o.term = a.term and o.end_date is not null
    )
