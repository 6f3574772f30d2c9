-- The endpoint rows a result rests on, as SQL to be read, run or changed
-- parameters: result
-- grain:  one row per part of its basis
-- source: results.analysis, results.selection, results.condition
-- rule:   the rows of all parts together are those of meta.basis_of
-- example: select role, sql from meta.basis_sql('R0000000000')
with part as (
    select s.*
    from results.analysis as a
    inner join results.selection as s on a.study_id = s.study_id and a.basis_id = s.basis_id
    where a.result_id = result
),

said as (
    select
        c.study_id, c.selection_id, c.place, c.endpoint_table, c.column_name,
        case c.operator
            when 'is' then c.column_name || ' in ('
            || string_agg('''' || replace(c.value, '''', '''''') || '''', ', ' order by c.value) || ')'
            when 'known' then c.column_name || ' is not null'
            when 'blank' then c.column_name || ' is null'
            when 'at_least' then c.column_name || ' >= ' || max(c.value)
            when 'below' then c.column_name || ' < ' || max(c.value)
            when 'above' then c.column_name || ' > ' || max(c.value)
        end as met
    from results.condition as c
    semi join part as p on c.study_id = p.study_id and c.selection_id = p.selection_id
    group by c.study_id, c.selection_id, c.place, c.endpoint_table, c.column_name, c.operator
),

place as (
    select
        study_id, selection_id, place,
        'from ' || endpoint_table || ' where study_id = ''' || replace(study_id, '''', '''''') || ''''
        || coalesce(' and ' || string_agg(met, ' and ' order by column_name, met), '') as sql
    from said
    group by study_id, selection_id, place, endpoint_table
),

chosen as (
    select
        study_id, selection_id,
        max(sql) filter (where place = 0)
        || coalesce(
            string_agg(' and subject_id in (select subject_id ' || sql || ')', '' order by place)
            filter (where place > 0), ''
        ) as sql
    from place
    group by study_id, selection_id
)

select
    p.part, p.role, p.endpoint_table, p.endpoint_column, p.row_count, p.subject_count,
    coalesce(
        c.sql,
        'from results.listed_row where study_id = ''' || replace(p.study_id, '''', '''''')
        || ''' and selection_id = ''' || p.selection_id || ''''
    ) as sql
from part as p
left join chosen as c on p.study_id = c.study_id and p.selection_id = c.selection_id
order by p.part
