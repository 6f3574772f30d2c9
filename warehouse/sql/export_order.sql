-- The exports of each site in order, and the next full export after each
-- grain:  one row per site and export
-- source: staged_export
with numbered as (
    select
        site_id, extract_date, incremental,
        row_number() over (partition by site_id order by extract_date) as export_number
    from staged_export
),

final as (
    select
        *,
        min(if(incremental, null, export_number)) over (
            partition by site_id order by export_number rows between 1 following and unbounded following
        ) as next_full,
        lead(extract_date) over (partition by site_id order by export_number) as next_extract
    from numbered
)

select * from final
