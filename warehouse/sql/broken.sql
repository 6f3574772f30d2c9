-- Records that break a rule over several records
-- grain:  one row per record, column and rule
-- source: the rule's own SELECT
insert into broken by name
select b.record_id, b.domain, b.column_name, getvariable('rule_id') as rule_id, getvariable('severity') as severity
from ({broken}) as b
