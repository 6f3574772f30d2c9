-- check: the state of every question is that of its history
-- tables: meta.site_query
-- severity: error
with batch as (
    select * from {batch}
),

-- what opens and ends a question; an answer that ends nothing leaves it as it is
turn as (
    select * from meta.site_query_event
    where event in ('opened', 'reopened', 'closed')
    qualify row_number() over (partition by study_id, query_id order by number desc) = 1
),

stated as (
    select
        b.study_id, b.query_id, b.status, t.event, t.reason,
        exists (
            select 1 from meta.site_query_event as w
            where w.study_id = b.study_id and w.query_id = b.query_id and w.event = 'waived'
        ) as was_waived,
        exists (
            select 1 from meta.site_query_event as a
            where a.study_id = b.study_id and a.query_id = b.query_id and a.event = 'answered'
                and a.answer = 'will_correct' and a.number > t.number
        ) as is_waited_for
    from batch as b
    left join turn as t on b.study_id = t.study_id and b.query_id = t.query_id
)

select study_id
from stated
where not coalesce(case status
    when 'waived' then was_waived
    when 'closed' then event = 'closed' and reason = 'export'
    when 'unknown' then event = 'closed' and reason in ('not_available', 'unknowable')
    when 'waiting' then event in ('opened', 'reopened') and is_waited_for
    when 'open' then event in ('opened', 'reopened') and not is_waited_for
end, false)
