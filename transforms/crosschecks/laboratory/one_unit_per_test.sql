-- sets aside: nothing
-- columns: unit
-- remedy: Confirm the unit: the site reports this test in another unit elsewhere.
-- remedy_zh: 请核实单位：该中心同一检验项目使用了其他单位。
with usual as (
    select study_id, site_id, test, matrix, mode(unit) as unit, count(distinct unit) as units
    from cut.laboratory
    group by all
)

select l.study_id, l.site_id, 'laboratory' as domain, l.record_id, 'unit' as column_name
from cut.laboratory as l
inner join usual as u
    on l.study_id = u.study_id and l.site_id = u.site_id and l.test = u.test
    and l.matrix is not distinct from u.matrix
where u.units > 1 and l.unit <> u.unit
