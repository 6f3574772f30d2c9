-- sets aside: nothing
-- columns: high_risk_genetics
-- remedy: Confirm that the genetics are not of high risk: an aberration of TP53 is on record.
-- remedy_zh: 请核实遗传学高危：已记录TP53异常，但标记为非高危。
select s.study_id, s.site_id, 'subject' as domain, s.record_id, 'high_risk_genetics' as column_name
from cut.subject as s
inner join cut.genomics as g on s.study_id = g.study_id and s.subject_id = g.subject_id
where s.high_risk_genetics = 'no' and g.finding = 'TP53' and g.result = 'present'
