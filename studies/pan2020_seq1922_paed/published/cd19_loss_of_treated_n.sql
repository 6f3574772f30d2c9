-- Subjects whose relapse had lost CD19
select count(distinct subject_id) filter (cd19_status = 'negative') as value from core.relapse where valid_to is null
