-- A peak in blood after both infusions in every subject
select count(*) filter (aval > 0) = 2 * count(distinct subject_id) as value
from adam.adck
where paramcd = 'cmax' and matrix = 'blood' and quantity = 'car_t_pct'
