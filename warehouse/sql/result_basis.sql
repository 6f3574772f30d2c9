-- What results rest on, down to the cells of exports
-- grain:  one row per result, endpoint row it rests on and role there, core record of that row, column of it and cell; one row of
--         a result that rests on no record
-- source: told_result (the results asked for), results.analysis, results.selection, results.among, results.condition, results.listed_row, adam.*, meta.endpoint_source, meta.record, meta.source_cell
-- rule:   records are in the state the endpoint tables were built from
-- caveat: a role, a record or a cell that is blank is none: counts of rows are not counts of subjects
with told as (
    select t.*, a.study_id, a.basis_id
    from told_result as t
    inner join results.analysis as a on t.result_id = a.result_id
),

part as (
    select s.* from results.selection as s
    semi join told as t on s.study_id = t.study_id and s.basis_id = t.basis_id
),

selected as (
    {selected_rows}
),

basis as (
    select t.*, b.role, b.endpoint_table, b.endpoint_key, b.endpoint_column, b.subject_id
    from told as t
    left join selected as b on t.study_id = b.study_id and t.basis_id = b.basis_id
),

cell as (
    {down_to_cells}
)

select distinct
    result_id, analysis_id, operation_ids, groups,
    role, endpoint_table, endpoint_key, endpoint_column, subject_id,
    srcdom, srcseq, srcvar, source_file, source_sheet, source_row, source_column
from cell
order by all
