-- Months from the first infusion to relapse, the 2 of them in order
select (relapsedt - trt01dt) / 30.4375 as value
from adam.adsl
where relapsedt is not null
order by relapsedt - trt01dt
limit 1 offset 1
