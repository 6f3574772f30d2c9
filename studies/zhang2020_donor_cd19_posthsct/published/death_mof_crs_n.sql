-- Deaths of CRS or organ failure
select count(*) as value from adam.adsl where dthcaus in ('CRS', 'organ failure')
