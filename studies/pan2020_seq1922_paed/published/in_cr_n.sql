-- Without relapse
select count(*) filter (relapsedt is null) as value from adam.adsl
