-- Without relapse at the last contact
select count(*) filter (relapsedt is null) as value from adam.adsl
