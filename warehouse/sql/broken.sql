-- Records that break a rule over several records
-- grain:  one row per record, column and rule
-- source: the rule's own SELECT
-- rule:   a SELECT may say which other subject the question speaks of (about)
insert into broken by name
select b.* exclude (study_id, site_id), getvariable('rule_id') as rule_id, getvariable('severity') as severity
from ({broken}) as b
