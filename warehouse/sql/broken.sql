-- Records that break a rule over several records, with the rows they came from
-- grain: one row per record and column
select distinct
    r.site_id, r.source_file, r.source_sheet, r.source_row, r.subject_id,
    b.record_id as record_key, b.domain, b.column_name
from ({broken}) as b
inner join current.record as r on b.domain = r.domain and b.record_id = r.record_id
