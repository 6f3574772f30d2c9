-- Where the value of every column of every core record came from
-- grain:  one row per record, state and column its site's mapping fills
-- source: core.*, meta.source_column
-- caveat: value is what the core table holds, after decoding and conversion; the cell holds what the site wrote
select * from {cells}
