-- Every problem of every export, its identity, and the export that put an end to it
-- grain:  one row per export, row, column and rule
-- source: staged_problem, export_question, staged_state, export_order
-- rule:   a problem of a record is in force as long as the record's appearance; one of several records, a whole row, column
--         or file until the next export, which may show it again; one of a whole export ends as export_question says. The identity is
--         that of the question, not of its place: the same value of the same record keeps it, wherever its row moves. A row of which nobody knows what it tells is one question, however many records
--         it might be.
with found as (
    select
        p.*,
        case
            when p.of_several_records or p.record_key is null or p.domain is null then e.next_extract
            else s.ends_on
        end as ends_on
    from staged_problem as p
    inner join export_order as e on p.site_id = e.site_id and p.extract_date = e.extract_date
    left join (
        select distinct site_id, extract_date, domain, record_key, ends_on from staged_state
    ) as s
        on p.site_id = s.site_id and p.extract_date = s.extract_date and p.domain = s.domain
        and p.record_key = s.record_key

    union all by name

    select * from export_question
),

final as (
    select *, {question_id} as query_id from found
)

select * from final
