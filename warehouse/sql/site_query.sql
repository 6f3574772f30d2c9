-- Questions to the sites: open ones, those a later export answered, and those waived
-- grain:  one row per question (query_id)
-- source: problem_state (every problem of every export); remedies from meta.rule; waivers from meta.waiver
-- rule:   a question ends with what else it speaks of, if anything; open while an export in force has the problem; closed by the export that no longer has it; a waived question stays
--         waived for the value it was waived for, since another value is another question
with ordered as (
    select
        *,
        lag(ends_on) over (partition by query_id order by extract_date, source_file, source_row) as ended_before
    from (
        -- a question asked at several places of one export (a key twice) is one
        select *
        from problem_state
        qualify row_number() over (
            partition by query_id, extract_date order by source_file, source_sheet, source_row, domain
        ) = 1
    )
),

-- where the chain of exports that show it was broken, it was asked anew
chained as (
    select
        *,
        max(extract_date) filter (ended_before is null or ended_before < extract_date) over (
            partition by query_id order by extract_date
        ) as first_seen
    from ordered
),

latest as (
    select * from chained qualify row_number() over (partition by query_id order by extract_date desc) = 1
),

final as (
    select
        getvariable('study_id') as study_id,
        l.query_id, l.site_id, l.subject_id, l.domain, l.column_name, l.source_column, l.rule_id, l.severity,
        if(l.severity = 'quarantine', 'record', r.sets_aside) as sets_aside, r.remedy,
        if(s.language = 'zh', r.remedy_zh, r.remedy) || coalesce(' (' || l.about || ')', '') as question,
        case when w.query_id is not null then 'waived' when l.ends_on is null then 'open' else 'closed' end as status,
        l.first_seen,
        l.extract_date as last_seen,
        l.ends_on as closed_on,
        w.reason as waived_because,
        l.source_file, l.source_sheet, l.source_row
    from latest as l
    left join meta.rule as r on l.rule_id = r.rule_id
    left join meta.site as s on l.site_id = s.site_id
    left join meta.waiver as w on l.query_id = w.query_id
)

select * from final
