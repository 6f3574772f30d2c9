-- sets aside: nothing
-- columns: grading_scale
-- remedy: Confirm the scale: this site grades the same event on another scale elsewhere, and grades of different scales are never pooled.
-- remedy_zh: 请核实分级标准：该中心对同一事件使用了不同的分级标准，不同标准的分级不会合并。
with usual as (
    select study_id, site_id, term, mode(grading_scale) as scale, count(distinct grading_scale) as scales
    from cut.adverse_event
    where grade > 0
    group by all
)

select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'grading_scale' as column_name
from cut.adverse_event as a
inner join usual as u on a.study_id = u.study_id and a.site_id = u.site_id and a.term = u.term
where a.grade > 0 and u.scales > 1 and a.grading_scale <> u.scale
    and not exists (
        select 1 from meta.toxicity as t where t.study_id = a.study_id and t.term = a.term and t.scale <> a.grading_scale
    )
