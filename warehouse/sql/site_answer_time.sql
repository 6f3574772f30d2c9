-- How each site answers
-- grain:  one row per site that was asked
-- source: meta.site_query, meta.site_query_event
-- rule:   from the day a question was first asked to its first answer, by a list or by the export that mended it; a question
--         that the study itself waived was not answered by the site
with first_answer as (
    select
        study_id, query_id,
        min(event_on) filter (event = 'opened') as asked_on,
        min(event_on) filter (
            event = 'answered' or (event = 'closed' and reason = 'export')
        ) as answered_on
    from meta.site_query_event
    group by all
),

final as (
    select
        q.study_id, q.site_id,
        count(*) as questions,
        count(*) filter (q.status = 'open') as open_questions,
        count(*) filter (q.overdue) as overdue_questions,
        count(*) filter (q.status = 'waiting') as waiting_questions,
        count(*) filter (q.status = 'unknown') as unknown_questions,
        count(*) filter (q.status = 'waived') as waived_questions,
        count(*) filter (q.status = 'closed') as closed_questions,
        count(f.answered_on) as answered_questions,
        median(date_diff('day', f.asked_on, f.answered_on)) as median_days,
        max(date_diff('day', f.asked_on, f.answered_on)) as longest_days,
        min(q.due_on) filter (q.status = 'waiting') as next_due_on
    from meta.site_query as q
    left join first_answer as f on q.study_id = f.study_id and q.query_id = f.query_id
    group by all
)

select * from final
