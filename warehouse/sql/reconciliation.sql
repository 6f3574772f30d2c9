-- What became of every row a site sent
-- grain:  one row per export file and sheet
-- source: staged_sheet (rows counted by the reader), staged_row (rows as classified), staged_state (their records)
-- rule:   a row whose every record a later export spoke of or left out is superseded; one with a quarantined record is
--         quarantined; a row that only repeats records of other rows follows its export
with row_state as (
    select
        source_file, source_sheet, source_row,
        bool_or(ends_on is null) as in_force,
        bool_or(quarantined and ends_on is null) as quarantined
    from staged_state
    group by all
),

classified as (
    select
        r.site_id, r.source_file, r.source_sheet,
        case
            when r.status in ('duplicate', 'set_aside', 'unclaimed') then r.status
            when not coalesce(s.in_force, e.next_full is null) then 'superseded'
            when s.quarantined then 'quarantined'
            else 'accepted'
        end as status
    from staged_row as r
    inner join export_order as e on r.site_id = e.site_id and r.extract_date = e.extract_date
    left join row_state as s
        on r.source_file = s.source_file and r.source_sheet = s.source_sheet and r.source_row = s.source_row
),

counted as (
    select source_file, source_sheet, status, count(*) as rows from classified group by all
),

final as (
    select
        getvariable('study_id') as study_id,
        s.site_id, s.source_file, s.source_sheet, s.extract_date, s.rows_read,
        coalesce(sum(c.rows) filter (c.status = 'accepted'), 0) as accepted,
        coalesce(sum(c.rows) filter (c.status = 'quarantined'), 0) as quarantined,
        coalesce(sum(c.rows) filter (c.status = 'duplicate'), 0) as duplicate,
        coalesce(sum(c.rows) filter (c.status = 'superseded'), 0) as superseded,
        coalesce(sum(c.rows) filter (c.status = 'set_aside'), 0) as set_aside,
        coalesce(sum(c.rows) filter (c.status = 'unclaimed'), 0) as unclaimed
    from staged_sheet as s
    left join counted as c on s.source_file = c.source_file and s.source_sheet = c.source_sheet
    group by all
)

select * from final
