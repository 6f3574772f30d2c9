-- Relapses with CD19 lost
select count(*) filter (cd19_status = 'negative') as value from core.relapse where valid_to is null
