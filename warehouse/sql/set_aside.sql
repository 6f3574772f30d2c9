-- Facts that are unknown since they break a rule: cells of records in use, and whole records
-- grain:  one row per unknown cell and state of its record; one per record set aside, export and rule; one per row that
--         gave no record, and domain its sheet tells of
-- source: staged_unknown, dated_part (states of all records), problem_state, staged_column; meta.rule
-- rule:   a state has the cell unknown that every export showing it has so, since another cell in doubt is another state
with cell as (
    select
        r.site_id, r.subject_id, u.domain, u.record_id, u.column_name, u.rule_id, r.valid_from, r.valid_to,
        u.source_file, u.source_sheet, u.source_row, u.source_column
    from staged_unknown as u
    inner join dated_part as r
        on u.domain = r.domain and u.record_id = r.record_id
        and u.extract_date >= r.valid_from and coalesce(u.extract_date < r.valid_to, true)
),

-- many filled cells and exports to one unknown cell: as it stands in the first export that has it so
first_seen as (
    select * from cell
    qualify row_number() over (
        partition by domain, record_id, column_name, valid_from
        order by source_file, source_sheet, source_row, rule_id, source_column
    ) = 1
),

final as (
    select
        getvariable('study_id') as study_id,
        c.site_id, c.subject_id, c.domain, c.record_id, c.column_name, r.sets_aside,
        cast(null as bigint) as infusion_number, null as what, c.rule_id,
        c.source_file, c.source_sheet, c.source_row, c.source_column, c.valid_from, c.valid_to
    from first_seen as c
    left join meta.rule as r on c.rule_id = r.rule_id

    union all

    select distinct
        getvariable('study_id'),
        p.site_id, p.subject_id, p.domain, p.record_key, null, 'record',
        try_cast(json_extract_string(p.record, '$.infusion_number') as bigint), t.code, p.rule_id,
        p.source_file, p.source_sheet, p.source_row, p.source_column, p.extract_date, p.ends_on
    from problem_state as p
    -- a term that no code knows is a word of the site, which stays where it is
    left join (select unnest(getvariable('terms')) as code) as t
        on p.domain = 'adverse_event' and json_extract_string(p.record, '$.term') = t.code
    where p.severity = 'quarantine' and p.domain is not null

    union all

    select distinct
        getvariable('study_id'),
        p.site_id, null, f.domain, null, null, 'record', cast(null as bigint), null, p.rule_id,
        p.source_file, p.source_sheet, p.source_row, null, p.extract_date, p.ends_on
    from problem_state as p
    inner join staged_column as f on p.source_file = f.source_file and p.source_sheet = f.source_sheet
    where p.severity = 'quarantine' and p.domain is null and p.source_row is not null
)

select * from final
