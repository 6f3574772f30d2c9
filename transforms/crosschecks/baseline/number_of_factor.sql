-- sets aside: nothing
-- columns: value, characteristic
-- remedy: Enter a number: the protocol compares this characteristic by its value, and what is entered is none.
-- remedy_zh: 请填写数值：方案按数值比较该特征，而所填内容不是数值。
select r.study_id, r.site_id, 'baseline' as domain, r.srcseq as record_id, 'value' as column_name
from adam.adrisk as r
where
    r.srcdom = 'baseline' and r.value_number is null and r.level is null
    and not exists (
        select 1 from meta.risk_level as l where l.study_id = r.study_id and l.risk_factor = r.risk_factor
    )
