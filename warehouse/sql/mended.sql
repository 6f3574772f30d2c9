-- Records whose key was in doubt, in the export that shows them with a key that can be read
-- grain:  one row per record and export
-- source: staged records of one domain (variables `staged`, `domain`), staged_unknown, staged_partial, export_order
-- rule:   an incremental export that is silent about such a record and for the first time shows one of the same subject that says
--         all it says, and in place of what is in doubt something it may mean, has mended it. Where it may be one of two, neither ends.
-- caveat: a full export ends whatever it leaves out, mended or not
with doubt as (
    select source_file, source_sheet, row_id, column_name, null as earliest, null as latest
    from staged_unknown
    where domain = getvariable('domain') and column_name in ({key})
    union all
    select source_file, source_sheet, row_id, column_name, earliest, latest
    from staged_partial
    where domain = getvariable('domain') and column_name in ({key})
),

doubtful as (
    select
        any_value(s) as d, list(u.column_name) as doubtful, max(u.earliest) as earliest, min(u.latest) as latest,
        min(s.extract_date) as first_day
    from query_table(getvariable('staged')) as s
    inner join doubt as u
        on s.source_file = u.source_file and s.source_sheet = u.source_sheet and s.row_id = u.row_id
    where s.content is not null
    group by s.record_id
),

in_doubt as (
    select unnest(d), doubtful, earliest, latest, first_day from doubtful
),

pair as (
    select n.site_id, d.record_id, n.record_id as mended_id, n.extract_date
    from in_doubt as d
    inner join query_table(getvariable('staged')) as n
        on d.site_id = n.site_id and d.subject_id = n.subject_id and n.extract_date > d.first_day and n.content is not null
    inner join staged_export as e on n.site_id = e.site_id and n.extract_date = e.extract_date and e.incremental
    where d.record_id <> n.record_id and n.record_id not in (select record_id from in_doubt) and {same}
        and not exists (
            select 1 from query_table(getvariable('staged')) as o
            where (o.record_id = n.record_id and o.extract_date < n.extract_date)
                or (o.record_id = d.record_id and o.extract_date = n.extract_date)
        )
),

final as (
    select getvariable('domain') as domain, site_id, record_id, extract_date
    from pair
    qualify count(distinct record_id) over (partition by mended_id, extract_date) = 1
)

select distinct * from final
