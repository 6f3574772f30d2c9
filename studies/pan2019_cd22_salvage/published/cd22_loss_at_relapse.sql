-- No relapse with CD22 lost
select count(*) filter (cd22_status = 'negative') = 0 as value from core.relapse where valid_to is null
