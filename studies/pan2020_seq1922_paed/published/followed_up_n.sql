-- With a contact after the first infusion
select count(*) as value from adam.adsl where lstalvdt > trt01dt
