-- sets aside: nothing
-- columns: value
-- remedy: Confirm the unit: no neutrophil count of the subject reaches 0.02 x 10^9/L, as when 10^9/L are called cells/uL.
-- remedy_zh: 请核实单位：该受试者所有中性粒细胞计数均低于0.02×10^9/L，可能把10^9/L当作/uL。
select study_id, site_id, 'laboratory' as domain, srcseq as record_id, 'value' as column_name
from adam.adlb
where paramcd = 'neutrophils' and aval > 0
qualify max(aval) over (partition by study_id, subject_id) < 0.02
    and count(*) over (partition by study_id, subject_id) >= 3
