-- Sites with subjects
select count(distinct site_id) as value from adam.adsl
