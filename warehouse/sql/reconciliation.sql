-- What became of every row and every filled cell a site sent
-- grain:  one row per export file and sheet
-- source: staged_sheet (rows and cells counted as read), staged_row (rows as classified, with their cells), staged_unknown
--         (cells that break a rule), staged_state (their records)
-- rule:   a row whose every record a later export spoke of or left out is superseded; one with a quarantined record is
--         quarantined; a row that only repeats records of other rows follows its export. A cell shares the fate of its row, but where
--         it is unknown itself, or where nothing is made of it in a row that is used; of a row whose every record is set
--         aside, nothing is
with row_state as (
    select
        source_file, source_sheet, source_row,
        bool_or(ends_on is null) as in_force,
        bool_or(quarantined and ends_on is null) as quarantined,
        coalesce(bool_or(not quarantined and ends_on is null), false) as accepted
    from staged_state
    group by all
),

-- a header may feed many canonical cells, which makes it one filled cell
unknown as (
    select source_file, source_sheet, source_row, count(distinct source_column) as cells
    from staged_unknown
    where source_column is not null
    group by all
),

classified as (
    select
        r.site_id, r.source_file, r.source_sheet, r.cells, r.cells_aside,
        coalesce(u.cells, 0) as cells_unknown,
        coalesce(s.accepted, true) as has_accepted,
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
    left join unknown as u
        on r.source_file = u.source_file and r.source_sheet = u.source_sheet and r.source_row = u.source_row
),

counted as (
    select
        source_file, source_sheet, status, count(*) as rows, sum(cells) as cells,
        sum(if(has_accepted, cells_aside, cells)) as cells_aside,
        sum(if(has_accepted, cells_unknown, 0)) as cells_unknown
    from classified
    group by all
),

of_cells as (
    select
        source_file, source_sheet,
        coalesce(sum(cells - cells_aside - cells_unknown) filter (status in ('accepted', 'quarantined')), 0) as used,
        coalesce(sum(cells_unknown) filter (status in ('accepted', 'quarantined')), 0) as unknown,
        coalesce(sum(if(status in ('accepted', 'quarantined'), cells_aside, cells)) filter (status <> 'superseded'), 0)
            as set_aside,
        coalesce(sum(cells) filter (status = 'superseded'), 0) as superseded
    from counted
    group by all
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
        coalesce(sum(c.rows) filter (c.status = 'unclaimed'), 0) as unclaimed,
        s.cells_read,
        coalesce(any_value(o.used), 0) as cells_used,
        coalesce(any_value(o.unknown), 0) as cells_unknown,
        coalesce(any_value(o.set_aside), 0) as cells_set_aside,
        coalesce(any_value(o.superseded), 0) as cells_superseded
    from staged_sheet as s
    left join counted as c on s.source_file = c.source_file and s.source_sheet = c.source_sheet
    left join of_cells as o on s.source_file = o.source_file and s.source_sheet = o.source_sheet
    group by all
)

select * from final
