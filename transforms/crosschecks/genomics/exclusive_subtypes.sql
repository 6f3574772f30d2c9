-- sets aside: nothing
-- columns: result
-- remedy: Confirm the finding: BCR::ABL1 and BCR::ABL1-like leukemia exclude each other.
-- remedy_zh: 请核实检测结果：BCR::ABL1与BCR::ABL1样白血病互相排斥。
select g.study_id, g.site_id, 'genomics' as domain, g.record_id, 'result' as column_name
from cut.genomics as g
inner join cut.genomics as o on g.study_id = o.study_id and g.subject_id = o.subject_id
where g.finding = 'BCR::ABL1-like' and o.finding = 'BCR::ABL1' and g.result = 'present' and o.result = 'present'
