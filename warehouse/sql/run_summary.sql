-- What a night holds, study by study
-- grain:  one row per study
-- source: the published warehouse
with read_rows as (
    select
        study_id,
        count(distinct site_id) as sites,
        count(distinct source_file) as files,
        cast(sum(rows_read) as bigint) as rows_read,
        cast(sum(accepted) as bigint) as accepted,
        cast(sum(quarantined) as bigint) as quarantined,
        cast(sum(duplicate) as bigint) as duplicate,
        cast(sum(superseded) as bigint) as superseded,
        cast(sum(set_aside) as bigint) as set_aside,
        cast(sum(unclaimed) as bigint) as unclaimed,
        cast(sum(cells_read) as bigint) as cells_read,
        cast(sum(cells_unknown) as bigint) as cells_unknown
    from meta.reconciliation
    group by all
),

asked as (
    select study_id, count(*) as queries from meta.site_query where status = 'open' group by all
),

subject as (
    select study_id, count(*) as subjects, cast(sum(infn) as bigint) as infusions from adam.adsl group by all
),

endpoint as (
    -- A dot is in the names of those that are derived beside the protocol's own.
    select study_id, string_agg(paramcd, ', ' order by paramcd) filter (not contains(paramcd, '.')) as endpoints
    from meta.endpoint group by all
),

computed as (
    select study_id, count(*) as statistics, count(*) filter (status <> 'estimated') as not_estimable
    from results.analysis
    group by all
),

final as (
    select
        s.study_id, s.title, s.latest_extract, t.state, t.message, coalesce(j.subjects, 0) as subjects, coalesce(j.infusions, 0) as infusions,
        coalesce(r.sites, 0) as sites, coalesce(r.files, 0) as files, coalesce(r.rows_read, 0) as rows_read,
        coalesce(r.accepted, 0) as accepted, coalesce(r.quarantined, 0) as quarantined,
        coalesce(r.duplicate, 0) as duplicate, coalesce(r.superseded, 0) as superseded,
        coalesce(r.set_aside, 0) as set_aside, coalesce(r.unclaimed, 0) as unclaimed,
        coalesce(r.cells_read, 0) as cells_read, coalesce(r.cells_unknown, 0) as cells_unknown,
        coalesce(a.queries, 0) as queries, e.endpoints,
        coalesce(c.statistics, 0) as statistics, coalesce(c.not_estimable, 0) as not_estimable
    from meta.study as s
    left join meta.run_study as t on s.study_id = t.study_id
    left join read_rows as r on s.study_id = r.study_id
    left join asked as a on s.study_id = a.study_id
    left join subject as j on s.study_id = j.study_id
    left join endpoint as e on s.study_id = e.study_id
    left join computed as c on s.study_id = c.study_id
)

select * from final order by study_id
