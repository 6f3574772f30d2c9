-- From the collection of cells to the infusion
-- grain:  one row per enrolled subject and infusion whose product the protocol follows
-- source: cut.subject, cut.infusion, cut.disposition, cut.treatment, adam.adds, adam.adrs; meta.vein_to_vein
-- rule:   the day of collection is that of the infusion's record, else of the step `apheresis` for this infusion or for none. Bridging is reported where it
--         began between collection and infusion, or belongs to this infusion. An infusion neither given nor called off is waited for
-- units:  intervals in days; one that would be negative is not known, since one of its days is wrong
-- caveat: of an infusion that was not given nothing is known of the product but that and why; no bridging is that none is reported
with asked as (
    select s.study_id, s.site_id, s.subject_id, s.enrollment_date, s.record_id, v.infusion_number
    from cut.subject as s
    inner join meta.vein_to_vein as v on s.study_id = v.study_id
),

-- many collections to one subject and infusion, reduced to the last: the one the product was made of
collected as (
    select a.study_id, a.subject_id, a.infusion_number, max(d.disposition_date) as apheresis_date
    from asked as a
    inner join cut.disposition as d
        on a.study_id = d.study_id and a.subject_id = d.subject_id and d.disposition = 'apheresis'
        and coalesce(d.infusion_number, a.infusion_number) = a.infusion_number
    group by all
),

-- that it was not given, as somebody says it; a row of adam.adds that rests on the subject alone says that nobody does
called_off as (
    select study_id, subject_id, infusion_number, dsreas from adam.adds where dsdecod = 'not infused' and srcdom <> 'subject'
),

dated as (
    select a.*, i.record_id as infusion_record, i.infusion_date, i.release_date,
        coalesce(i.apheresis_date, c.apheresis_date) as apheresis_date,
        i.viability_pct, i.transduction_pct, i.vector_copies_per_cell, i.cd4_pct, i.memory_pct, i.manufacturing_attempts,
        i.in_specification, n.subject_id is not null as was_called_off, n.dsreas
    from asked as a
    left join cut.infusion as i
        on a.study_id = i.study_id and a.subject_id = i.subject_id and a.infusion_number = i.infusion_number
    left join collected as c
        on a.study_id = c.study_id and a.subject_id = c.subject_id and a.infusion_number = c.infusion_number
    left join called_off as n
        on a.study_id = n.study_id and a.subject_id = n.subject_id and a.infusion_number = n.infusion_number
),

-- many treatments to one subject and infusion, reduced to the first
bridged as (
    select d.study_id, d.subject_id, d.infusion_number, min(t.start_date) as bridging_date
    from dated as d
    inner join cut.treatment as t
        on d.study_id = t.study_id and d.subject_id = t.subject_id and t.treatment = 'bridging'
        and (
            t.infusion_number = d.infusion_number
            or (
                t.infusion_number is null and t.start_date >= coalesce(d.apheresis_date, d.enrollment_date)
                and coalesce(t.start_date <= d.infusion_date, true)
            )
        )
    group by all
),

final as (
    select
        d.study_id, d.site_id, d.subject_id, d.infusion_number,
        d.enrollment_date as enrldt, d.apheresis_date as aphdt, d.release_date as reldt, d.infusion_date as infusiondt,
        case when d.infusion_record is not null then 'infused' when d.was_called_off then 'not infused' else 'waiting' end as state,
        if(d.infusion_record is null and d.was_called_off, d.dsreas, null) as dsreas,
        b.bridging_date as bridgdt,
        if(b.subject_id is not null, 'Y', null) as bridgfl,
        case d.in_specification when 'yes' then 'Y' when 'no' then 'N' end as specfl,
        d.manufacturing_attempts as attemptn,
        d.viability_pct as viab, d.transduction_pct as tran, d.vector_copies_per_cell as vcn, d.cd4_pct as cd4, d.memory_pct as memory,
        r.respfl,
        if(d.apheresis_date >= d.enrollment_date, date_diff('day', d.enrollment_date, d.apheresis_date), null) as enaphdy,
        if(d.release_date >= d.apheresis_date, date_diff('day', d.apheresis_date, d.release_date), null) as aphreldy,
        if(d.infusion_date >= d.release_date, date_diff('day', d.release_date, d.infusion_date), null) as relinfdy,
        if(d.infusion_date >= d.apheresis_date, date_diff('day', d.apheresis_date, d.infusion_date), null) as aphinfdy,
        if(d.infusion_date >= d.enrollment_date, date_diff('day', d.enrollment_date, d.infusion_date), null) as eninfdy,
        if(d.infusion_record is null, 'subject', 'infusion') as srcdom,
        if(d.infusion_record is null, 'enrollment_date', 'infusion_date') as srcvar,
        coalesce(d.infusion_record, d.record_id) as srcseq
    from dated as d
    left join bridged as b
        on d.study_id = b.study_id and d.subject_id = b.subject_id and d.infusion_number = b.infusion_number
    left join adam.adrs as r
        on d.study_id = r.study_id and d.subject_id = r.subject_id and d.infusion_number = r.infusion_number
)

select * from final
