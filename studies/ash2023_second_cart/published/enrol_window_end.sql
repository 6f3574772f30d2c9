-- Month of the last second infusion
select strftime(max(trt02dt), '%Y-%m') as value from adam.adsl
