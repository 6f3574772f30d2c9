-- rows of one core table by study, states of the past included; erased: hashes of subjects whose rows are not counted
select study_id, '{table}' as table_name, count(*) as rows
from {table}
where len({erased}) = 0 or not list_contains({erased}, sha256('erased|' || subject_id))
group by all
