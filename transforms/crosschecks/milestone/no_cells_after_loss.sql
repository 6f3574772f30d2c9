-- sets aside: nothing
-- columns: milestone_date
-- remedy: Confirm the day: CAR-T cells are found in a later sample, before any further infusion.
-- remedy_zh: 请核实日期：之后的样本（再次回输之前）仍检出CAR-T细胞。
select m.study_id, m.site_id, 'milestone' as domain, m.record_id, 'milestone_date' as column_name
from cut.milestone as m
where m.milestone = 'CAR-T loss'
    and exists (
        select 1 from adam.adcks as k
        where k.study_id = m.study_id and k.subject_id = m.subject_id
            and k.quantfl = 'Y' and k.aval > 0 and k.cksdt > m.milestone_date
            and k.infusiondt <= m.milestone_date
    )
