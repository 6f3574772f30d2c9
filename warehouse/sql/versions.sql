-- The states each record went through, from the exports of its site
-- grain:  one row per record and state
-- source: staged records of one domain (variables `staged`, `domain`), staged_problem, mended, export_order
-- rule:   a state holds from the export that shows it until a later export shows another state, one with a cell that has come
--         into doubt among them, holds one that is quarantined,
--         marks the record deleted, shows it under a mended key, or is a full export that leaves it out; an incremental export that is silent about a record changes nothing.
--         File, sheet and row are those of the first export that shows the state.
-- caveat: a record marked deleted or quarantined has no content and is no state of its own
with
-- what an export says of a record and was quarantined ends the state before it, which the site no longer holds true
said as (
    select * from query_table(getvariable('staged'))
    union all by name
    select distinct site_id, extract_date, source_file, source_sheet, source_row, record_key as record_id
    from staged_problem
    where domain = getvariable('domain') and severity = 'quarantine' and record_key is not null
    union all by name
    select site_id, extract_date, record_id from mended where domain = getvariable('domain')
),

-- equal records of one export are one, and so are those in conflict, which the first of them stands for
event as (
    select s.*, e.export_number, e.next_full
    from said as s
    inner join export_order as e on s.site_id = e.site_id and s.extract_date = e.extract_date
    qualify row_number() over (
        partition by s.record_id, s.extract_date
        order by s.content is null, s.source_file, s.source_sheet, s.source_row, s.row_id
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
