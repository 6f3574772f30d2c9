-- The quality of each site over its exports
-- grain:  one row per site and export
-- source: meta.reconciliation, meta.site_query of the published warehouse
-- rule:   a question is new in the export it was first seen in, closed by the one that answers it, and open in between
with export as (
    select study_id, site_id, extract_date, cast(sum(rows_read) as bigint) as rows_read
    from meta.reconciliation
    group by all
),

final as (
    select
        e.study_id, e.site_id, e.extract_date, e.rows_read,
        count(q.query_id) filter (q.first_seen = e.extract_date) as asked,
        count(q.query_id) filter (q.closed_on = e.extract_date) as closed,
        count(q.query_id) filter (
            q.first_seen <= e.extract_date and coalesce(q.closed_on > e.extract_date, true)
        ) as open_then
    from export as e
    left join meta.site_query as q on e.study_id = q.study_id and e.site_id = q.site_id
    group by all
)

select * from final order by study_id, site_id, extract_date
