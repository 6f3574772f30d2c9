-- A hash of the rows of one table, whatever their order
-- grain:  one row
-- source: {table}
-- rule:   the SHA-256 of each row as JSON, where a number stands with all its digits; two parts of it of 60 bits, each summed
--         over the rows, since sorting a million hashes takes longer than everything else
with hashed as (
    select sha256(cast(to_json(t) as varchar)) as row_hash from (select {columns} from {table}) as t
),

final as (
    select
        '{table}' as table_name,
        count(*) as "rows",
        sha256(concat_ws(
            ' ', count(*),
            sum(cast('0x' || row_hash[1:15] as bigint)), sum(cast('0x' || row_hash[16:30] as bigint))
        )) as hash
    from hashed
)

select * from final
