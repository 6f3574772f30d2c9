-- Shortest remission after transplant of those bridged, in months
select min(t.adt - s.hsctdt) / 30.4375 as value
from adam.adtte as t
inner join adam.adsl as s on t.subject_id = s.subject_id
where t.paramcd = 'lfs_bridged' and t.event = 0
