-- What was asked on a day, as problems of the exports in force that day
-- grain: one row per record, column and rule
-- rule:  a site is asked by what stood on the last day before its next export, or stands now
insert into staged_problem by name
select a.*, e.extract_date, true as of_several_records
from asked as a
inner join export_order as e on a.site_id = e.site_id
where e.extract_date <= getvariable('as_of')
    and coalesce(e.next_extract > getvariable('as_of'), true)
    and coalesce(getvariable('next_day') >= e.next_extract, getvariable('next_day') is null and e.next_extract is null)
