-- sets aside: nothing
-- columns: sample_date
-- remedy: Confirm the day or the result: CAR-T cells are found before the infusion they come from.
-- remedy_zh: 请核实日期或结果：在所属回输之前即检出CAR-T细胞。
select k.study_id, k.site_id, 'cell_kinetics' as domain, k.record_id, 'sample_date' as column_name
from cut.cell_kinetics as k
inner join cut.infusion as i
    on k.study_id = i.study_id and k.subject_id = i.subject_id and i.infusion_number = coalesce(k.infusion_number, 1)
inner join cut.subject as s on k.study_id = s.study_id and k.subject_id = s.subject_id
where k.sample_date < i.infusion_date and coalesce(k.below_quantification, 'no') = 'no'
    and coalesce(s.prior_car_t, 'no') = 'no'
    and greatest(k.car_t_pct, k.car_t_per_ul, k.copies_per_ug) > 0
