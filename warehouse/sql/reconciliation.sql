-- What became of every row a site sent
-- grain:  one row per export file and sheet
-- source: staged_sheet (rows counted by the reader), staged_row (rows as classified), staged_problem
-- rule:   a row of an export that a later one replaces is superseded; one with a quarantined record is quarantined
with latest as (
    select site_id, max(extract_date) as extract_date from staged_export group by all
),

quarantined_row as (
    select distinct source_file, source_sheet, source_row from staged_problem where severity = 'quarantine'
),

classified as (
    select
        r.site_id, r.source_file, r.source_sheet,
        case
            when r.status in ('duplicate', 'set_aside', 'unclaimed') then r.status
            when r.extract_date < l.extract_date then 'superseded'
            when q.source_row is not null then 'quarantined'
            else 'accepted'
        end as status
    from staged_row as r
    inner join latest as l on r.site_id = l.site_id
    left join quarantined_row as q
        on r.source_file = q.source_file and r.source_sheet = q.source_sheet and r.source_row = q.source_row
),

final as (
    select
        getvariable('study_id') as study_id,
        s.site_id, s.source_file, s.source_sheet, s.extract_date, s.rows_read,
        count(*) filter (c.status = 'accepted') as accepted,
        count(*) filter (c.status = 'quarantined') as quarantined,
        count(*) filter (c.status = 'duplicate') as duplicate,
        count(*) filter (c.status = 'superseded') as superseded,
        count(*) filter (c.status = 'set_aside') as set_aside,
        count(*) filter (c.status = 'unclaimed') as unclaimed
    from staged_sheet as s
    left join classified as c on s.source_file = c.source_file and s.source_sheet = c.source_sheet
    group by all
)

select * from final
