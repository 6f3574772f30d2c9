-- Staged records of one export that share a key and differ, across its files
-- grain:  one row per record in conflict
-- source: staged records of one domain (variable `staged`)
-- caveat: within one file the natural key is checked when the file is staged; equal records in two files are one, and a
--         record marked deleted (without content) conflicts with one that is not
select *
from query_table(getvariable('staged'))
qualify min(coalesce(content, 0)) over (partition by record_id, extract_date)
    <> max(coalesce(content, 0)) over (partition by record_id, extract_date)
