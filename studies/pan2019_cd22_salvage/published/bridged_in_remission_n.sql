-- Bridged to transplant and in remission at the last contact
select count(*) filter (event = 0) as value from adam.adtte where paramcd = 'lfs_bridged'
