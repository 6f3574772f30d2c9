-- Staged records whose date is needed, given in part, and for which the protocol has no rule
-- grain:  one row per record and export
-- source: staged records of one domain (variable `staged`), staged_partial, meta.imputation
select s.*
from query_table(getvariable('staged')) as s
where exists (
    select 1 from staged_partial as p
    where p.domain = getvariable('domain') and p.column_name = getvariable('column_name')
        and p.source_file = s.source_file and p.source_sheet = s.source_sheet and p.row_id = s.row_id
        and not exists (
            select 1 from meta.imputation as m
            where m.domain = p.domain and m.column_name = p.column_name and p.earliest is not null
        )
)
