-- Month of the first second infusion
select strftime(min(trt02dt), '%Y-%m') as value from adam.adsl
