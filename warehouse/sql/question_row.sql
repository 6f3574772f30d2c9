-- Every export that shows what a question asks, and the unbroken chain of exports it belongs to
-- grain:  one row per question and export
-- source: problem_state (every problem of every export)
-- rule:   where the chain of exports that show it was broken, it was asked anew
with ordered as (
    select
        *,
        lag(ends_on) over (partition by query_id order by extract_date, source_file, source_row) as ended_before
    from (
        -- a question asked at several places of one export (a key twice) is one
        select *
        from problem_state
        qualify row_number() over (
            partition by query_id, extract_date order by source_file, source_sheet, source_row, domain
        ) = 1
    )
),

final as (
    select
        *,
        max(extract_date) filter (ended_before is null or ended_before < extract_date) over (
            partition by query_id order by extract_date
        ) as chain_began,
        min(extract_date) over (partition by query_id) as first_asked
    from ordered
)

select * from final
