-- Staged records of one export that share a key and differ
-- grain:  one row per record in conflict
-- source: staged records of one domain (variable `staged`)
-- caveat: equal records, in one file or in two, are one; a record marked deleted (without content) is in conflict with none:
--         what another row still reports is held true
select *
from query_table(getvariable('staged'))
qualify min(content) over (partition by record_id, extract_date)
    <> max(content) over (partition by record_id, extract_date)
