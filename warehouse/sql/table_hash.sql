-- A digest of each row of some rows of a table, sorted
-- grain:  one row per row
-- source: {rows}
-- rule:   the SHA-256 of every value as text behind its length, so that no two rows have the same text; numbers stand with all their digits,
--         a blank has no length. Sorted, so that the order of rows plays no part, and never summed: no two sets of rows are taken for one another
with told as (
    select sha256(concat({values})) as row_hash from (select {columns} from {rows})
),

final as (
    select unhex(row_hash) as row_hash
    from told
    order by row_hash
)

select * from final
