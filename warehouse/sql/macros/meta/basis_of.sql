-- The endpoint rows a result rests on
-- parameters: result, subject := null, from_subject := null, to_subject := null
-- grain:  one row per role, endpoint table and column, and endpoint row
-- source: results.analysis, results.selection, results.among, results.condition, results.listed_row, adam.*
-- rule:   subject is one whose rows alone are wanted, from_subject and to_subject are the first and the last of several
-- example: select role, count(*), count(distinct subject_id) from meta.basis_of('R0000000000') group by role
with chosen as (
    -- without another name for the table: what a call gives may be a column of the same other name
    select study_id, basis_id, result_id from results.analysis where result_id = result
),

part as (
    select s.*, c.result_id
    from chosen as c
    inner join results.selection as s on c.study_id = s.study_id and c.basis_id = s.basis_id
)

select distinct study_id, result_id, role, endpoint_table, endpoint_column, subject_id, endpoint_key
from ({selected_rows})
