-- What differs between two states of the records
-- grain:  one row per record and column that differs; of a record added or removed, one per column with a value
-- source: state_before, state_after: one row per record and column
with final as (
    select
        coalesce(a.study_id, b.study_id) as study_id,
        coalesce(a.site_id, b.site_id) as site_id,
        coalesce(a.domain, b.domain) as domain,
        coalesce(a.record_id, b.record_id) as record_id,
        case when b.record_id is null then 'added' when a.record_id is null then 'removed' else 'changed' end
            as difference,
        coalesce(a.column_name, b.column_name) as column_name,
        b.value as value_before,
        a.value as value_after
    from state_before as b
    full outer join state_after as a
        on b.study_id = a.study_id and b.domain = a.domain and b.record_id = a.record_id
        and b.column_name = a.column_name
    where b.value is distinct from a.value
)

select * from final order by all
