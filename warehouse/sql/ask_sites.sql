-- Records that break a rule over several records, as problems of the rows they came from
-- grain: one row per record and rule
insert into staged_problem by name
select
    r.site_id, r.extract_date, r.source_file, r.source_sheet, r.source_row, r.subject_id,
    b.record_id as record_key, b.domain, b.column_name,
    getvariable('rule_id') as rule_id, getvariable('severity') as severity, true as about_current
from ({broken}) as b
inner join current.record as r on b.domain = r.domain and b.record_id = r.record_id
