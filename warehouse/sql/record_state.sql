-- Every appearance of a record in an export, accepted or quarantined, and the export that put an end to it
-- grain:  one row per export, sheet, row, domain and record
-- source: staged_appearance (what each row gave), mended, export_order
-- rule:   it is in force until a later export speaks of the record again, under a mended key too, or is a full one; ends_on is blank while in force
with appearance as (
    select a.*, e.export_number, e.next_full
    from staged_appearance as a
    inner join export_order as e on a.site_id = e.site_id and a.extract_date = e.extract_date
),

-- the next export that speaks of the record, whether it was accepted there or not
spoken as (
    select distinct site_id, domain, record_key, export_number from appearance where record_key is not null
    union
    select m.site_id, m.domain, m.record_id, e.export_number
    from mended as m
    inner join export_order as e on m.site_id = e.site_id and m.extract_date = e.extract_date
),

next_spoken as (
    select
        *, lead(export_number) over (partition by site_id, domain, record_key order by export_number) as next_number
    from spoken
),

final as (
    select
        a.* exclude (export_number, next_full),
        e.extract_date as ends_on
    from appearance as a
    left join next_spoken as n
        on a.site_id = n.site_id and a.domain = n.domain and a.record_key = n.record_key
        and a.export_number = n.export_number
    left join export_order as e
        on a.site_id = e.site_id and e.export_number = least(n.next_number, a.next_full)
)

select * from final
