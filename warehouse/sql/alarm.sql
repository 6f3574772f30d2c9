-- What a data manager should know of before reading any figure
-- grain:  one row per site and alarm
-- source: meta.site, meta.source_file, meta.rule_failure, meta.site_query, meta.site_answer, results.reason of tonight's studies; rejected (exports left out)
-- rule:   no export yet, missing: none since its site's own interval; repeated: the same files as in the export before; limit: more
--         records fail a rule than the site's mapping allows; unread column: no cell of a
--         column could be read, so that the mapping may not fit it; rejected: an export could not be read; held: one lacks
--         too much of what is in force; boundary crossed: a trial reached a boundary that stops it;
--         interim bound crossed: a test crossed its bound at an interim look
with delivery as (
    select study_id, site_id, extract_date, string_agg(sha256, ' ' order by sha256) as content
    from meta.source_file
    group by all
),

compared as (
    select
        *,
        lag(content) over (partition by study_id, site_id order by extract_date) as content_before,
        lag(extract_date) over (partition by study_id, site_id order by extract_date) as date_before
    from delivery
),

latest as (
    select * from compared
    qualify row_number() over (partition by study_id, site_id order by extract_date desc) = 1
),

final as (
    select
        s.study_id, s.site_id,
        case when l.extract_date is null then 'no export yet' else 'missing export' end as kind,
        to_json({'day': l.extract_date, 'days': s.every_days}) as arguments
    from meta.site as s
    left join latest as l on s.study_id = l.study_id and s.site_id = l.site_id
    where coalesce(date_diff('day', l.extract_date, getvariable('as_of')) > s.every_days, s.every_days is not null)

    union all

    select
        study_id, site_id, 'repeated export',
        to_json({'day': extract_date, 'before': date_before})
    from latest
    where content = content_before

    union all

    select
        study_id, site_id, 'limit exceeded',
        to_json({'n': failures, 'of': records, 'rule': rule_id, 'limit': round(100 * limit_rate, 1)})
    from meta.rule_failure
    where exceeded

    union all

    select
        study_id, site_id, 'unread column',
        to_json({'n': failures})
    from meta.rule_failure
    where rule_id = 'file.unread_column'

    union all

    select
        study_id, site_id, 'overdue answers',
        to_json({'n': count(*), 'day': min(due_on)})
    from meta.site_query
    where overdue
    group by study_id, site_id

    union all

    -- a list as a whole, or some of its rows
    select
        study_id, site_id, if(bool_or(refusal = 'unreadable'), 'unread answers', 'refused answers'),
        to_json({
            'n': count(*), 'file': source_file, 'row': min(source_row)
        })
    from meta.site_answer as r
    where state = 'refused' and not exists (
        -- what the site has answered since is settled
        select 1 from meta.site_answer as c
        where c.study_id = r.study_id and c.query_id = r.query_id and c.state = 'counts'
    )
    group by study_id, site_id, source_file

    union all

    -- of a trial, not of a site; the result leads to the events and their cells
    select
        study_id, '', if(code = 'stopping_crossed', 'boundary crossed', 'interim bound crossed'),
        json_merge_patch(cast(arguments as json), to_json({'result': result_id}))
    from results.reason
    where code in ('stopping_crossed', 'interim_crossed')

    union all

    select
        study_id, site_id, kind,
        to_json({'why': why})
    from rejected
)

select study_id, site_id, kind, cast(arguments as varchar) as arguments
from final
order by all
