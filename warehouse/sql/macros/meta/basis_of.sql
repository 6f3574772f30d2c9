-- The endpoint rows a result rests on
-- parameters: result, subject := null, from_subject := null, to_subject := null
-- grain:  one row per role, endpoint table and column, and endpoint row
-- source: results.analysis, results.selection, results.among, results.condition, results.listed_row, adam.*
-- rule:   subject is one whose rows alone are wanted, from_subject and to_subject are the first and the last of several
-- example: select role, count(*), count(distinct subject_id) from meta.basis_of('R0000000000') group by role
with part as (
    select s.*, a.result_id
    from results.analysis as a
    inner join results.selection as s on a.study_id = s.study_id and a.basis_id = s.basis_id
    where a.result_id = result
)

select distinct study_id, result_id, role, endpoint_table, endpoint_column, subject_id, endpoint_key
from ({selected_rows})
