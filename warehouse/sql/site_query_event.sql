-- The history of every question: asked, answered, waived, closed, asked again
-- grain:  one row per question and event, numbered in their order
-- source: question_row (chains of exports that show it), site_answer, site_answer_stale, meta.waiver
-- rule:   it follows from exports, answers and decisions alone, each with its day, so that a rebuild gives the same history and a
--         later night adds to it. An answer ends or reopens a question only while it stands open
with chain as (
    select
        query_id, site_id, chain_began,
        last(ends_on order by extract_date) as ended_on,
        first(source_file order by extract_date) as source_file,
        first(source_sheet order by extract_date) as source_sheet,
        first(source_row order by extract_date) as source_row,
        chain_began = min(first_asked) as is_first
    from question_row
    group by query_id, site_id, chain_began
),

-- the answers that were given while a chain stood open
given as (
    select
        a.*, c.chain_began, c.ended_on
    from site_answer as a
    inner join chain as c
        on a.query_id = c.query_id and a.answered_on >= c.chain_began
        and coalesce(a.answered_on < c.ended_on, true)
    where a.state in ('counts', 'replaced')
),

event as (
    select
        query_id, site_id, chain_began as event_on, if(is_first, 'opened', 'reopened') as event,
        if(is_first, null, 'asked_again') as reason, null as by_whom, null as answer, null as sha256,
        source_file, source_sheet, source_row, 0 as rank
    from chain

    union all

    select
        query_id, site_id, ended_on, 'closed', 'export', null, null, null, null, null, null, 5
    from chain
    where ended_on is not null

    union all

    select
        query_id, site_id, answered_on, 'answered', null, answered_by, answer, sha256, source_file, source_sheet, source_row, 2
    from site_answer
    where state in ('counts', 'replaced')

    union all

    select
        query_id, site_id, answered_on, 'closed', answer, answered_by, answer, sha256, source_file, source_sheet,
        source_row, 4
    from given
    where answer in ('not_available', 'unknowable')

    union all

    select
        query_id, site_id, answered_on, 'waived', 'confirmed', answered_by, answer, sha256, source_file, source_sheet,
        source_row, 3
    from site_answer
    where state in ('counts', 'replaced') and answer = 'confirmed'

    union all

    -- another answer took the place of one that had ended the question
    select
        query_id, site_id, next_on, 'reopened', 'answered_anew', null, null, null, null, null, null, 1
    from site_answer
    where state = 'replaced' and answer <> 'will_correct' and answer <> next_answer

    union all

    -- what was to be corrected had not been by its day
    select
        query_id, site_id, due_on + 1, 'reopened', 'overdue', null, null, null, null, null, null, 1
    from given
    where answer = 'will_correct' and overdue and coalesce(next_on > due_on, true) and coalesce(ended_on > due_on, true)

    union all

    select
        s.query_id, a.site_id, s.changed_on, 'reopened', 'record_changed', null, null, null, null, null, null, 1
    from site_answer_stale as s
    inner join site_answer as a on s.query_id = a.query_id and a.state = 'counts'

    union all

    select
        w.query_id, w.site_id, w.decided_on, 'waived', 'decided', w.decided_by, null, null, null, null, null, 3
    from meta.waiver as w
    where w.query_id in (select query_id from question_row)
        and not exists (
            select 1 from site_answer as a
            where a.query_id = w.query_id and a.answer = 'confirmed' and a.answered_by = w.decided_by
                and a.answered_on = w.decided_on
        )
),

final as (
    select
        getvariable('study_id') as study_id,
        query_id, site_id,
        row_number() over (
            partition by query_id
            order by event_on, rank, source_file nulls first, source_row nulls first, reason nulls first
        ) as number,
        cast(event_on as date) as event_on, event, reason, by_whom, answer, source_file, source_sheet, source_row, sha256
    from event
)

select * from final
