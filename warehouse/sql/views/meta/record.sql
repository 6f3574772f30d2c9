-- Every record of every domain, in each state it went through, with the row of the export it came from
-- grain:  one row per record and state
-- source: core.*
select * from {records}
