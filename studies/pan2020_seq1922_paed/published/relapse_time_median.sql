-- Median months from the first infusion to relapse
select median(relapsedt - trt01dt) / 30.4375 as value from adam.adsl where relapsedt is not null
