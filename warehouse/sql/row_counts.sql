-- Rows of one core table by study, those in force and all with states of the past; erased: hashes of subjects whose rows are not counted
select study_id, '{table}' as table_name, 'in force' as states, count(*) as rows
from {table}
where valid_to is null and (len({erased}) = 0 or not list_contains({erased}, sha256('erased|' || subject_id)))
group by study_id
union all
select study_id, '{table}' as table_name, 'of all time' as states, count(*) as rows
from {table}
where len({erased}) = 0 or not list_contains({erased}, sha256('erased|' || subject_id))
group by study_id
