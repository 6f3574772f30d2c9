-- What a result rests on, down to the cells of exports
-- parameters: result, subject := null, from_subject := null, to_subject := null
-- grain:  one row per step: the result (depth 1), its endpoint rows (2), the core records they rest on (3), the cells those came from (4)
-- source: results.analysis, results.selection, results.among, results.condition, results.listed_row, adam.*, meta.endpoint_source, meta.record, meta.source_cell
-- rule:   a step comes after the one it belongs to; records are in the state the endpoint tables were built from;
--         subject is one whose steps alone are wanted, from_subject and to_subject the first and the last of several
-- caveat: what an estimator adds of its own, and the published rates a study is held against, rest on no record; note says so
-- example: from meta.trace('R0000000000')
with chosen as (
    select * from results.analysis_en where result_id = result
),

basis as (
    select b.*, s.site_id
    from (
        from meta.basis_of(
            result, subject := subject, from_subject := from_subject, to_subject := to_subject
        )
    ) as b
    left join adam.adsl as s on b.study_id = s.study_id and b.subject_id = s.subject_id
),

cell as materialized (
    {down_to_cells}
),

step as (
    select
        1 as depth, 'result' as level, cast(null as varchar) as role, study_id,
        cast(null as varchar) as site_id, cast(null as varchar) as subject_id,
        'results.analysis' as table_name, result_id as row_key, statistic as column_name,
        cast(estimate as varchar) as value,
        cast(null as varchar) as source_file, cast(null as varchar) as source_sheet, cast(null as bigint) as source_row,
        cast(null as varchar) as source_column, cast(null as date) as valid_from,
        concat_ws('; ', label, nullif(method, ''), nullif(note, '')) as note,
        '' as endpoint_key, '' as endpoint_column, '' as srcdom, '' as srcvar, '' as srcseq
    from chosen

    union all by name

    select distinct
        2 as depth, 'endpoint row' as level, role, study_id, site_id, subject_id,
        endpoint_table as table_name, endpoint_key as row_key, endpoint_column as column_name, endpoint_value as value,
        case role when 'counted' then 'in the denominator or risk set' when 'event' then 'in the numerator'
            when 'group' then 'its group' else 'its value' end as note,
        endpoint_key, endpoint_column
    from cell

    union all by name

    select distinct
        3 as depth, 'core record' as level, role, study_id, site_id, subject_id,
        'core.' || srcdom as table_name, srcseq as row_key, srcvar as column_name, value,
        source_file, source_sheet, source_row, valid_from,
        endpoint_key, endpoint_column, srcdom, srcvar, srcseq
    from cell
    where valid_from is not null

    union all by name

    select distinct
        4 as depth, 'source cell' as level, role, study_id, site_id, subject_id,
        'core.' || srcdom as table_name, srcseq as row_key, srcvar as column_name, value,
        source_file, source_sheet, source_row, source_column, valid_from,
        case
            when origin is null then 'the site''s mapping fills no such column'
            when origin = 'constant' then 'the same for all rows, said in the site''s mapping'
            else concat_ws('; ', nullif(origin, 'column'), conversion)
        end as note,
        endpoint_key, endpoint_column, srcdom, srcvar, srcseq
    from cell
    where valid_from is not null
)

select
    depth, level, role, study_id, site_id, subject_id, table_name, row_key, column_name, value,
    source_file, source_sheet, source_row, source_column, valid_from, note
from step
order by
    depth > 1, subject_id, coalesce(role, ''), endpoint_key, endpoint_column, depth > 2,
    coalesce(srcdom, ''), coalesce(srcseq, ''), coalesce(srcvar, ''), depth
