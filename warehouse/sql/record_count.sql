-- What became of every record the rows gave
-- grain:  one row per export file, sheet and domain
-- source: staged_count (records counted when conformed), staged_accepted (records that reached core), staged_problem
with quarantined as (
    select source_file, source_sheet, domain, count(distinct row_id) as records
    from staged_problem
    where severity = 'quarantine' and row_id is not null
    group by all
),

final as (
    select
        getvariable('study_id') as study_id,
        c.site_id, c.source_file, c.source_sheet, c.domain, c.records,
        coalesce(a.records, 0) as accepted,
        coalesce(q.records, 0) as quarantined
    from staged_count as c
    left join staged_accepted as a
        on c.source_file = a.source_file and c.source_sheet = a.source_sheet and c.domain = a.domain
    left join quarantined as q
        on c.source_file = q.source_file and c.source_sheet = q.source_sheet and c.domain = q.domain
)

select * from final
