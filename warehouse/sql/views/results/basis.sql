-- The endpoint rows each result rests on, row by row
-- grain:  one row per basis, role, endpoint table and column, and endpoint row
-- source: results.selection, results.among, results.condition, results.listed_row, adam.*
-- caveat: asked for many results it is long: a row of each subject and figure
with part as (
    select * from results.selection
)

select distinct study_id, basis_id, role, endpoint_table, endpoint_column, subject_id, endpoint_key
from ({selected_rows})
