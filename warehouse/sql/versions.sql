-- The states each record went through, from full exports of its site
-- grain:  one row per record and state
-- source: staged records of one domain (variable `staged`), staged_export (the exports of each site)
-- rule:   a state holds from the first export that shows it until the next export of the site that does not;
--         a record that a later export leaves out ends there. File, sheet and row are those of the first export.
with numbered_export as (
    select
        site_id,
        extract_date,
        row_number() over (partition by site_id order by extract_date) as export_number,
        lead(extract_date) over (partition by site_id order by extract_date) as next_extract
    from staged_export
),

-- equal records in two files of one export are one
record as (
    select s.*, e.export_number, e.next_extract
    from query_table(getvariable('staged')) as s
    inner join numbered_export as e on s.site_id = e.site_id and s.extract_date = e.extract_date
    qualify row_number() over (
        partition by s.record_id, s.extract_date order by s.source_file, s.source_sheet, s.source_row
    ) = 1
),

-- consecutive exports that show the same state share an island number
island as (
    select
        *,
        export_number - row_number() over (partition by record_id, content order by export_number) as island
    from record
),

final as (
    select
        *exclude (next_extract, export_number, island, content, row_id),
        extract_date as valid_from,
        last_value(next_extract) over (
            partition by record_id, content, island order by export_number
            rows between unbounded preceding and unbounded following
        ) as valid_to
    from island
    qualify row_number() over (partition by record_id, content, island order by export_number) = 1
)

select * from final
