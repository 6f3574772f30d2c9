-- Records that break a rule over several records, with the rows they came from
-- grain:  one row per record, column and rule
-- source: the rule's own SELECT; record_of_day (every record as of the day asked about)
insert into found by name
select distinct
    r.site_id, r.source_file, r.source_sheet, r.source_row, r.subject_id,
    b.record_id as record_key, b.domain, b.column_name,
    getvariable('rule_id') as rule_id, getvariable('severity') as severity
from ({broken}) as b
inner join record_of_day as r on b.domain = r.domain and b.record_id = r.record_id
