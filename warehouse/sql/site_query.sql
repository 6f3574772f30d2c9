-- Questions to the sites: open ones, those that wait for a correction, those a later export or an answer ended, and those waived
-- grain:  one row per question (query_id)
-- source: question_row (every export that shows it); remedies from meta.rule; waivers from meta.waiver; answers from site_answer
-- rule:   a question ends with what else it speaks of, if anything; open while an export in force has the problem; closed by the export that no longer has it; a waived question stays
--         waived for the value it was waived for, since another value is another question. A site that says it will correct is waited for
--         until the day it is due; one that says it can't know has answered, and what is unknown stays so. Such an answer is to the chain of
--         exports it was given in
with latest as (
    select * from question_row qualify row_number() over (partition by query_id order by extract_date desc) = 1
),

answer as (
    select * from site_answer where state = 'counts'
),

final as (
    select
        getvariable('study_id') as study_id,
        l.query_id, l.site_id, l.subject_id, l.domain, l.column_name, l.source_column, l.rule_id, l.severity,
        if(l.severity = 'quarantine', 'record', r.sets_aside) as sets_aside, r.remedy,
        if(s.language = 'zh', r.remedy_zh, r.remedy) || coalesce(' (' || l.about || ')', '') as question,
        case
            when w.query_id is not null then 'waived'
            when l.ends_on is not null then 'closed'
            when a.answered_on < l.chain_began then 'open'
            when a.answer in ('not_available', 'unknowable') then 'unknown'
            when a.answer = 'will_correct' and not a.overdue then 'waiting'
            else 'open'
        end as status,
        l.chain_began as first_seen,
        l.extract_date as last_seen,
        l.ends_on as closed_on,
        w.reason as waived_because,
        a.answer, a.answered_by, a.answered_on, a.due_on,
        coalesce(
            w.query_id is null and l.ends_on is null and a.answered_on >= l.chain_began and a.overdue, false
        ) as overdue,
        if(w.query_id is null and l.ends_on is null, a.value, null) as pending_value,
        l.source_file, l.source_sheet, l.source_row
    from latest as l
    left join meta.rule as r on l.rule_id = r.rule_id
    left join meta.site as s on l.site_id = s.site_id
    left join meta.waiver as w on l.query_id = w.query_id
    left join answer as a on l.query_id = a.query_id
)

select * from final
