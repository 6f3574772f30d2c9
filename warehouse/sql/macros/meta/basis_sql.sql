-- The endpoint rows a result rests on, as SQL to be read, run or changed
-- parameters: result
-- grain:  one row per part of its basis
-- source: results.analysis, results.selection, results.among, results.condition
-- rule:   the rows of all parts together are those of meta.basis_of
-- example: select role, sql from meta.basis_sql('R0000000000')
with chosen as (
    -- without another name for the table: what a call gives may be a column of the same other name
    select study_id, basis_id, result_id from results.analysis where result_id = result
),

part as (
    select s.*
    from chosen as c
    inner join results.selection as s on c.study_id = s.study_id and c.basis_id = s.basis_id
),

meant as (
    select study_id, rows_id from part
    union
    select a.study_id, a.rows_id
    from results.among as a
    semi join part as p on a.study_id = p.study_id and a.among_id = p.among_id
),

said as (
    select
        c.study_id, c.rows_id, c.endpoint_table, c.column_name,
        case c.operator
            when 'is' then c.column_name || ' in (' || string_agg(
                '''' || replace(c.value, '''', '''''') || '''', ', '
                order by c.value
            ) || ')'
            when 'known' then c.column_name || ' is not null'
            when 'blank' then c.column_name || ' is null'
            when 'at_least' then c.column_name || ' >= ' || max(c.value)
            when 'below' then c.column_name || ' < ' || max(c.value)
            when 'above' then c.column_name || ' > ' || max(c.value)
        end as met
    from results.condition as c
    semi join meant as m on c.study_id = m.study_id and c.rows_id = m.rows_id
    group by c.study_id, c.rows_id, c.endpoint_table, c.column_name, c.operator
),

written as (
    select
        study_id, rows_id,
        'from ' || endpoint_table || ' where study_id = ''' || replace(study_id, '''', '''''') || ''''
        || coalesce(' and ' || string_agg(met, ' and ' order by column_name, met), '') as sql
    from said
    group by study_id, rows_id, endpoint_table
),

-- what the rows themselves meet need not be said of their subjects again
belongs as (
    select p.part, string_agg(' and subject_id in (select subject_id ' || c.sql || ')', '' order by c.sql) as sql
    from part as p
    inner join results.among as a on p.study_id = a.study_id and p.among_id = a.among_id and p.rows_id <> a.rows_id
    inner join written as c on a.study_id = c.study_id and a.rows_id = c.rows_id
    group by p.part
)

select
    p.part, p.role, p.endpoint_table, p.endpoint_column, p.row_count, p.subject_count,
    coalesce(
        c.sql || coalesce(b.sql, ''),
        'from results.listed_row where study_id = ''' || replace(p.study_id, '''', '''''')
        || ''' and rows_id = ''' || p.rows_id || ''''
    ) as sql
from part as p
left join written as c on p.study_id = c.study_id and p.rows_id = c.rows_id
left join belongs as b on p.part = b.part
order by p.part
