-- Transplanted in the study
select count(hsctdt) as value from adam.adsl
