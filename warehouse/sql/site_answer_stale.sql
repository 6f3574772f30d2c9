-- Confirmations that hold no more, since a record they speak of has changed after them
-- grain:  one row per question
-- source: site_answer, question_row, dated_part (states of all records)
-- rule:   a question about a value is another one when the value changes; one about records keeps its id, so what was confirmed of them
--         as they stood is asked again of them as they stand: of the record itself, and of the subject's records of the table
--         the rule belongs to
-- caveat: a record that was not there before changes nothing that was confirmed; a rule that compares further tables is held against
--         these two alone
with changed as (
    select *
    from (
        select
            domain, record_id, subject_id, valid_from, valid_to,
            lag(valid_from) over (partition by domain, record_id order by valid_from) as stood_from
        from dated_part
    )
    where valid_to is null and stood_from is not null
)

select a.query_id, min(r.valid_from) as changed_on
from site_answer as a
inner join question_row as q on a.query_id = q.query_id
inner join changed as r
    on q.subject_id = r.subject_id and a.answered_on < r.valid_from
    and (
        (q.domain = r.domain and q.record_key = r.record_id)
        or (q.domain <> r.domain and split_part(q.rule_id, '.', 1) = r.domain)
    )
where a.state = 'counts' and a.answer = 'confirmed' and q.value_hash is null
group by a.query_id
