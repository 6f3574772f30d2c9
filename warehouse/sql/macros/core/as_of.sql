-- Records of core.{domain} as they stood in the exports received up to a day
-- parameters: as_of_day
-- grain:  one row per record that stood on that day
-- source: core.{domain}; valid_from and valid_to are extract dates
-- example: select count(*) as records from core.{domain}_as_of('2020-01-01')
select *
from core.{domain}
where valid_from <= cast(as_of_day as date) and (valid_to is null or valid_to > cast(as_of_day as date))
order by study_id, record_id
