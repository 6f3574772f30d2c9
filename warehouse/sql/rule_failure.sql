-- How many records of a site fail each rule, held against the limits of its mapping
-- grain:  one row per site and rule with open queries
-- source: meta.site_query, staged_state (records in force), meta.reconciliation; limits from meta.rule_limit
-- rule:   exceeded where failures reach the count of the limit and their share is above its rate; the rule * stands for
--         every rule without a limit of its own
-- caveat: a rule about rows is held against rows, one about any record against the records of its domain
with failed as (
    select site_id, rule_id, min(domain) as domain, count(*) as failures
    from meta.site_query
    where status in ('open', 'waiting')
    group by all
),

held as (
    select site_id, domain, count(*) as records from staged_state where ends_on is null group by all
    union all
    select site_id, null, sum(rows_read - superseded) from meta.reconciliation group by all
),

final as (
    select
        getvariable('study_id') as study_id,
        f.site_id, f.rule_id, f.failures,
        cast(h.records as bigint) as records,
        f.failures / nullif(h.records, 0) as rate,
        coalesce(own.rate, other.rate) as limit_rate,
        coalesce(own.count, other.count) as limit_count,
        coalesce(
            f.failures >= coalesce(own.count, other.count)
            and f.failures / nullif(h.records, 0) > coalesce(own.rate, other.rate),
            false
        ) as exceeded
    from failed as f
    left join held as h on f.site_id = h.site_id and f.domain is not distinct from h.domain
    left join meta.rule_limit as own on f.site_id = own.site_id and f.rule_id = own.rule_id
    left join meta.rule_limit as other on f.site_id = other.site_id and other.rule_id = '*'
)

select * from final
