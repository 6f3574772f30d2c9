-- the subjects one table names
select distinct study_id, subject_id from {table}
