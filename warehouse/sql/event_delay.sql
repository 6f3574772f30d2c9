-- How late each event was told of: the first export of its site that held it
-- grain:  one row per dated record in force of the domains whose delays count
-- source: stated (every state of the records of core), meta.source_file, meta.study
-- rule:   an event is told of by the first export that shows its record, whatever day it gave then; where the day is part of the record's key
--         (a relapse), by the first that shows a record of the subject within so many days. What happened before the site's first
--         export was told by it at the latest, so that its delay is not known.
-- caveat: between two exports nobody sees when the site wrote it down: the delay is that to the export
-- units:  delay_days, could_be_days in days
with site_export as (
    select
        f.site_id, min(f.extract_date) as first_export, max(f.extract_date) as last_export,
        least(max(f.extract_date), coalesce(any_value(s.data_cut), date '9999-12-31')) as counts_until
    from meta.source_file as f
    inner join meta.study as s on f.study_id = s.study_id
    group by f.site_id
),

-- many states, of one record or of several that are the same event, to one record in force
told as (
    select r.domain, r.record_id, min(s.valid_from) as told_on
    from stated as r
    inner join stated as s
        on r.domain = s.domain and r.subject_id = s.subject_id
        and (r.record_id = s.record_id or abs(date_diff('day', r.event_date, s.event_date)) <= r.same_within)
    where r.valid_to is null and r.event_date is not null
    group by all
),

final as (
    select
        r.study_id, r.site_id, r.subject_id, r.domain, r.record_id, r.event_date, t.told_on, e.last_export, e.counts_until,
        date_diff('day', r.event_date, t.told_on) as delay_days,
        date_diff('day', r.event_date, e.last_export) as could_be_days,
        if(r.event_date >= e.first_export and t.told_on >= r.event_date, 'Y', 'N') as countedfl
    from stated as r
    inner join told as t on r.domain = t.domain and r.record_id = t.record_id
    inner join site_export as e on r.site_id = e.site_id
    where r.valid_to is null and r.event_date is not null
)

select * from final
