-- From endpoint rows down to the cells of exports
-- grain:  one row per row of `basis`, core record it rests on and cell
-- source: basis (study_id, role, endpoint_table, endpoint_key, endpoint_column and more), meta.endpoint_source, meta.record, meta.source_cell
-- rule:   records are in the state the endpoint tables were built from
-- caveat: a record or a cell that is blank is none: valid_from is blank where there is no record, source_column where there is no cell
select
    b.*, e.endpoint_value, e.srcdom, e.srcvar, e.srcseq, r.source_file, r.source_sheet, r.source_row, r.valid_from,
    c.value, c.source_column, c.origin, c.conversion
from basis as b
left join (select * from meta.endpoint_source as t where {of_subject}) as e
    on b.study_id = e.study_id and b.subject_id = e.subject_id and b.endpoint_table = e.endpoint_table
    and b.endpoint_key = e.endpoint_key and b.endpoint_column = e.endpoint_column
left join meta.record as r
    on e.study_id = r.study_id and e.srcdom = r.domain and e.srcseq = r.record_id and r.valid_to is null
left join meta.source_cell as c
    on r.study_id = c.study_id and r.domain = c.domain and r.record_id = c.record_id
    and r.valid_from = c.valid_from and e.srcvar = c.column_name
