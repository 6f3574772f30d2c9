-- rows of one core table by study, states of the past included
select study_id, '{table}' as table_name, count(*) as rows from {table} group by all
