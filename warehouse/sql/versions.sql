-- The states each record went through, from the exports of its site
-- grain:  one row per record and state
-- source: staged records of one domain (variable `staged`), staged_export (the exports of each site)
-- rule:   a state holds from the export that shows it until a later export shows another state, marks the record deleted, or
--         is a full export that leaves it out; an incremental export that is silent about a record changes nothing.
--         File, sheet and row are those of the first export that shows the state.
-- caveat: a record marked deleted has no content and is no state of its own
with
-- equal records in two files of one export are one
event as (
    select s.*, e.export_number, e.next_full
    from query_table(getvariable('staged')) as s
    inner join export_order as e on s.site_id = e.site_id and s.extract_date = e.extract_date
    qualify row_number() over (
        partition by s.record_id, s.extract_date order by s.source_file, s.source_sheet, s.source_row
    ) = 1
),

ended as (
    select
        *,
        least(lead(export_number) over (partition by record_id order by export_number), next_full) as end_number
    from event
),

-- an event goes on with the state before it where it says the same and nothing came between
changed as (
    select
        *,
        coalesce(
            content is distinct from lag(content) over (partition by record_id order by export_number)
            or lag(end_number) over (partition by record_id order by export_number) <> export_number,
            true
        ) as is_new
    from ended
),

island as (
    select *, sum(cast(is_new as integer)) over (partition by record_id order by export_number) as island
    from changed
),

state as (
    select
        *,
        last_value(end_number) over (
            partition by record_id, island order by export_number
            rows between unbounded preceding and unbounded following
        ) as last_number
    from island
    qualify row_number() over (partition by record_id, island order by export_number) = 1
),

final as (
    select
        s.*exclude (
            export_number, next_full, end_number, is_new, island, last_number, content, row_id
        ),
        s.extract_date as valid_from,
        e.extract_date as valid_to
    from state as s
    left join export_order as e on s.site_id = e.site_id and s.last_number = e.export_number
    where s.content is not null
)

select * from final
