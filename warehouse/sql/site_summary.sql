-- How each site stands this night
-- grain:  one row per site
-- source: meta.site, meta.source_file, meta.reconciliation, meta.site_query, meta.alarm, adam.adsl of the published warehouse
-- rule:   age is counted from the latest export to the night's as_of
with export as (
    select study_id, site_id, max(extract_date) as latest_export, count(distinct extract_date) as exports
    from meta.source_file
    group by all
),

in_force as (
    select
        study_id, site_id,
        sum(rows_read - superseded) as rows_in_force,
        sum(quarantined) as quarantined
    from meta.reconciliation
    group by all
),

asked as (
    select
        study_id, site_id,
        count(*) filter (status = 'open') as open_queries,
        count(*) filter (status = 'closed') as closed_queries,
        min(first_seen) filter (status = 'open') as oldest_open
    from meta.site_query
    group by all
),

enrolled as (
    select study_id, site_id, count(*) as subjects from adam.adsl group by all
),

alarmed as (
    select study_id, site_id, list({'kind': kind, 'arguments': arguments} order by what) as alarms
    from meta.alarm
    group by all
),

final as (
    select
        s.study_id, s.site_id, s.name,
        coalesce(n.subjects, 0) as subjects,
        e.latest_export,
        date_diff('day', e.latest_export, r.as_of) as age_days,
        coalesce(e.exports, 0) as exports,
        cast(coalesce(f.rows_in_force, 0) as bigint) as rows_in_force,
        cast(coalesce(f.quarantined, 0) as bigint) as quarantined,
        coalesce(a.open_queries, 0) as open_queries,
        coalesce(a.closed_queries, 0) as closed_queries,
        a.oldest_open,
        m.alarms
    from meta.site as s
    cross join meta.run as r
    left join export as e on s.study_id = e.study_id and s.site_id = e.site_id
    left join in_force as f on s.study_id = f.study_id and s.site_id = f.site_id
    left join asked as a on s.study_id = a.study_id and s.site_id = a.site_id
    left join enrolled as n on s.study_id = n.study_id and s.site_id = n.site_id
    left join alarmed as m on s.study_id = m.study_id and s.site_id = m.site_id
)

select * from final order by study_id, site_id
