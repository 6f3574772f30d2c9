-- Relapses with CD22 reduced
select count(*) filter (cd22_status = 'dim') as value from core.relapse where valid_to is null
