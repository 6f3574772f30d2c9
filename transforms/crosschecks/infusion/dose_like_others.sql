-- sets aside: nothing
-- columns: dose_1e5_per_kg
-- remedy: Confirm the dose and its unit: it is ten times more or less than the median of the same infusion in the study.
-- remedy_zh: 请核实剂量及单位：与本研究同次回输剂量的中位数相差十倍或以上。
with usual as (
    select study_id, infusion_number, target, median(dose_1e5_per_kg) as middle
    from cut.infusion
    group by all
    having count(dose_1e5_per_kg) >= 10
)

select i.study_id, i.site_id, 'infusion' as domain, i.record_id, 'dose_1e5_per_kg' as column_name
from cut.infusion as i
inner join usual as u
    on i.study_id = u.study_id and i.infusion_number = u.infusion_number and i.target = u.target
-- a dose that no study would give is asked about by infusion.plausible_dose
where i.dose_1e5_per_kg between 0.1 and 100
    and (i.dose_1e5_per_kg >= 10 * u.middle or i.dose_1e5_per_kg <= u.middle / 10)
