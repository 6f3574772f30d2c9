-- Dates of which a part is missing, with the days they can mean
-- grain:  one row per record state and date column
-- source: staged_partial (as sent), dated_part (states of all records)
select
    getvariable('study_id') as study_id,
    r.site_id, r.subject_id, p.domain, p.record_id, p.column_name, r.valid_from, r.valid_to,
    p.sent, p.precision, p.earliest, p.latest,
    m.rule
from staged_partial as p
inner join dated_part as r
    on p.domain = r.domain and p.record_id = r.record_id
    and p.source_file = r.source_file and p.source_sheet = r.source_sheet and p.source_row = r.source_row
left join meta.imputation as m on p.domain = m.domain and p.column_name = m.column_name
