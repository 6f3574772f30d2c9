-- Open questions over time
-- grain:  one row per study and day on which an export raised or answered a question
-- source: meta.site_query of the published warehouse
-- rule:   a question is open from the export it was first seen in to the one that answers it; one that was waived is left out, since no day says since when
with changed as (
    select study_id, first_seen as day, 1 as step from meta.site_query where status <> 'waived'
    union all
    select study_id, closed_on as day, -1 as step from meta.site_query where status = 'closed'
),

daily as (
    select study_id, day, sum(step) as step from changed where day is not null group by all
),

final as (
    select study_id, day, cast(sum(step) over (partition by study_id order by day) as bigint) as open_then from daily
)

select * from final order by study_id, day
