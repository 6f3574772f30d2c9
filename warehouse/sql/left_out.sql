-- Subjects an export in use no longer speaks of
-- grain:  one row per subject and time it was left out
-- source: core.subject; spoken_subject (subjects with a record, or one marked as deleted), staged_problem (those in quarantine)
-- rule:   asked since the first export without the subject until one that has it again. A subject the site itself marked as deleted,
--         whose record waits in quarantine, or of whom other records are left (record.subject_in_force asks) was spoken of
with stood as (
    select
        site_id, subject_id, source_file, source_sheet, source_row, valid_to,
        lead(valid_from) over (partition by site_id, subject_id order by valid_from) as next_from
    from core.subject
),

final as (
    select
        s.site_id, s.valid_to as extract_date, s.source_file, s.source_sheet, s.source_row, s.subject_id,
        'subject' as domain, 'export.left_out' as rule_id, 'query' as severity,
        s.next_from as ends_on
    from stood as s
    where s.valid_to is not null and coalesce(s.next_from > s.valid_to, true)
        and not exists (
            select 1
            from spoken_subject as d
            where d.site_id = s.site_id and d.subject_id = s.subject_id and d.extract_date = s.valid_to
        )
        and not exists (
            select 1
            from staged_problem as p
            where p.site_id = s.site_id and p.subject_id = s.subject_id and p.extract_date = s.valid_to
                and p.domain = 'subject' and p.severity = 'quarantine'
        )
)

select * from final
