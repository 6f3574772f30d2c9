-- Events an export in use no longer speaks of, though it speaks of their subject
-- grain:  one row per record of an event and time it was left out
-- source: event_state (core tables of events); deleted_event (records marked as deleted); core.subject; staged_problem (those in
--         quarantine)
-- rule:   asked since the first full export without the record until one that has an event of that kind of the subject again. What the
--         site itself marked as deleted, sent under another day or otherwise changed, or what waits in quarantine, was spoken of; of a
--         subject who is left out as a whole left_out asks
with final as (
    select
        s.site_id, s.valid_to as extract_date, s.source_file, s.source_sheet, s.source_row, s.subject_id, s.record_id as record_key,
        s.domain, 'export.event_left_out' as rule_id, 'query' as severity,
        (
            select min(n.valid_from)
            from event_state as n
            where n.domain = s.domain and n.site_id = s.site_id and n.subject_id = s.subject_id and n.valid_from > s.valid_to
        ) as ends_on
    from event_state as s
    where s.valid_to is not null
        and not exists (
            select 1
            from event_state as n
            where n.domain = s.domain and n.site_id = s.site_id and n.subject_id = s.subject_id and n.valid_from = s.valid_to
        )
        and exists (
            select 1
            from core.subject as u
            where u.site_id = s.site_id and u.subject_id = s.subject_id
                and u.valid_from <= s.valid_to and coalesce(u.valid_to > s.valid_to, true)
        )
        and not exists (
            select 1
            from deleted_event as d
            where d.domain = s.domain and d.site_id = s.site_id and d.record_id = s.record_id and d.extract_date = s.valid_to
        )
        and not exists (
            select 1
            from staged_problem as p
            where p.domain = s.domain and p.site_id = s.site_id and p.subject_id = s.subject_id and p.extract_date = s.valid_to
                and p.severity = 'quarantine'
        )
)

select * from final
