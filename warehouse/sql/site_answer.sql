-- What sites answered, row by row of their lists, and whether it counts
-- grain:  one row per answered row of a list, and one per list that holds other rows
-- source: answered (the lists, held against one another), question_row (every question), meta.rule
-- caveat: of a question nobody asked nobody knows whom it tells of, so value and remark are not kept
-- rule:   counts: the last answer to a question; replaced: an earlier one; repeated: said before; refused: with its reason;
--         passed_over: how many rows of a list are about no question of ours.
--         Whose record is set aside nobody knows, so nobody can confirm it
with question as (
    select
        q.query_id,
        any_value(q.site_id) as site_id,
        min(q.first_asked) as first_asked,
        bool_or(q.severity = 'quarantine' or coalesce(r.sets_aside = 'record', false)) as is_of_nobody
    from question_row as q
    left join meta.rule as r on q.rule_id = r.rule_id
    group by all
),

judged as (
    select
        a.* exclude (refusal),
        q.query_id is not null as is_known,
        coalesce(a.refusal, case
            when a.passed_over is not null then null
            when q.query_id is null then 'unknown_question'
            when q.site_id <> a.site_id then 'another_site'
            when a.answered_on < q.first_asked then 'before_question'
            when a.answer = 'confirmed' and q.is_of_nobody then 'not_confirmable'
        end) as refusal
    from answered as a
    left join question as q on a.query_id = q.query_id
),

placed as (
    select
        *,
        lead(answered_on) over (
            partition by query_id, refusal is null and not repeated order by answered_on, source_file, source_row
        ) as next_on,
        lead(answer) over (
            partition by query_id, refusal is null and not repeated order by answered_on, source_file, source_row
        ) as next_answer
    from judged
),

final as (
    select
        getvariable('study_id') as study_id,
        site_id, source_file, source_sheet, source_row, sha256, query_id, answer,
        if(is_known, value, null) as value, answered_by, answered_on, if(is_known, remark, null) as remark,
        due_on, overdue,
        case
            when passed_over is not null then 'passed_over'
            when refusal is not null then 'refused'
            when repeated then 'repeated'
            when next_on is not null then 'replaced'
            else 'counts'
        end as state,
        if(refusal is null and not repeated, next_on, null) as next_on,
        if(refusal is null and not repeated, next_answer, null) as next_answer,
        refusal,
        case when refusal = 'before_question' then day_column when refusal is not null then source_column end as source_column,
        note, passed_over
    from placed
)

select * from final
