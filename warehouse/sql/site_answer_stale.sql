-- Confirmations that hold no more, since the record has changed after them
-- grain:  one row per question
-- source: site_answer, question_row, dated_part (states of all records)
-- rule:   a question about a value is another one when the value changes; one about a record keeps its id, so what was confirmed of
--         the record as it stood is asked again of the record as it stands
select distinct a.query_id, r.valid_from as changed_on
from site_answer as a
inner join question_row as q on a.query_id = q.query_id
inner join dated_part as r on q.domain = r.domain and q.record_key = r.record_id
where a.state = 'counts' and a.answer = 'confirmed' and q.value_hash is null
    and r.valid_to is null and r.valid_from > a.answered_on
