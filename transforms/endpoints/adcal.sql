-- Contacts of long-term follow-up that each subject owes
-- grain:  one row per contact of the protocol's calendar and subject who received the infusion it counts from
-- source: adam.adex, adam.adsl, adam.adds, cut.follow_up, cut.response; meta.visit, meta.study, meta.source_file
-- rule:   a contact is a follow-up that found the subject alive or an assessment of response, in the days that count for it; of several
--         the nearest to the day it is due. It is owed unless death, withdrawal of consent or the end of the study came by the last of its days.
--         Everything is as known from the last export of the site, or at the data cut before it
-- caveat: a contact that was due and is in no export may have been held: it is overdue until an export shows it; once a later contact
--         does, it was missed
with known as (
    select s.study_id, s.site_id, least(t.data_cut, coalesce(max(f.extract_date), any_value(t.latest_extract))) as knowndt
    from (select distinct study_id, site_id from adam.adsl) as s
    inner join meta.study as t on s.study_id = t.study_id
    left join meta.source_file as f
        on s.study_id = f.study_id and s.site_id = f.site_id
        and (getvariable('as_of') is null or f.extract_date <= getvariable('as_of'))
    group by s.study_id, s.site_id, t.data_cut
),

seen as (
    select study_id, subject_id, contact_date as seendt, 'follow_up' as srcdom, 'contact_date' as srcvar, record_id as srcseq
    from cut.follow_up
    where contact_date is not null and coalesce(disease_status, '') not in ('lost to follow-up', 'withdrew')
    union all
    select study_id, subject_id, assessment_date, 'response', 'assessment_date', record_id
    from cut.response
    where assessment_date is not null
),

-- many ends to one subject, reduced to the first
ended as (
    select * from (
        select study_id, subject_id, dthdt as enddt, 'death' as endrsn from adam.adsl where dthdt is not null
        union all
        select study_id, subject_id, wthdrdt, 'withdrew' from adam.adsl where wthdrdt is not null
        union all
        select study_id, subject_id, dsdt, 'end of study' from adam.adds where dsdecod = 'end of study' and dsdt is not null
    )
    qualify row_number() over (partition by study_id, subject_id order by enddt, endrsn) = 1
),

owed as (
    select
        x.study_id, x.site_id, x.subject_id, v.visitn, v.months, x.infusion_number, x.infusiondt,
        cast(x.infusiondt + to_months(cast(v.months as integer)) as date) as duedt,
        duedt - cast(v.early_days as integer) as opendt,
        duedt + cast(v.late_days as integer) as closedt,
        x.srcdom, x.srcvar, x.srcseq
    from adam.adex as x
    inner join meta.visit as v on x.study_id = v.study_id and x.infusion_number = v.infusion_number
),

-- many contacts to one owed, reduced to the nearest
held as (
    select o.study_id, o.subject_id, o.visitn, s.seendt, s.srcdom, s.srcvar, s.srcseq
    from owed as o
    inner join seen as s
        on o.study_id = s.study_id and o.subject_id = s.subject_id and s.seendt between o.opendt and o.closedt
    qualify row_number() over (
        partition by o.study_id, o.subject_id, o.visitn
        order by abs(date_diff('day', o.duedt, s.seendt)), s.seendt, s.srcseq
    ) = 1
),

last_seen as (
    select study_id, subject_id, max(seendt) as lastdt from seen group by all
),

stated as (
    select
        o.*, h.seendt, e.enddt, e.endrsn, k.knowndt, l.lastdt, a.dthunkfl,
        h.srcdom as seendom, h.srcvar as seenvar, h.srcseq as seenseq,
        case
            when h.seendt is not null then 'done'
            when e.enddt <= o.closedt then 'not owed'
            when k.knowndt is null then 'not known'
            when o.closedt < k.knowndt and l.lastdt > o.closedt then 'missed'
            when o.closedt < k.knowndt then 'overdue'
            when o.opendt <= k.knowndt then 'due'
            else 'later'
        end as state
    from owed as o
    inner join adam.adsl as a on o.study_id = a.study_id and o.subject_id = a.subject_id
    left join known as k on o.study_id = k.study_id and o.site_id = k.site_id
    left join held as h on o.study_id = h.study_id and o.subject_id = h.subject_id and o.visitn = h.visitn
    left join ended as e on o.study_id = e.study_id and o.subject_id = e.subject_id
    left join last_seen as l on o.study_id = l.study_id and o.subject_id = l.subject_id
),

final as (
    select
        study_id, site_id, subject_id, visitn, months, infusion_number, infusiondt,
        duedt, opendt, closedt, seendt, state,
        if(
            state in ('due', 'later') and row_number() over (
                partition by study_id, subject_id, state in ('due', 'later') order by visitn
            ) = 1, 'Y', null
        ) as nextfl,
        if(state = 'not owed', endrsn, null) as endrsn,
        if(state = 'not owed', enddt, null) as enddt,
        if(dthunkfl = 'Y' and state not in ('done', 'not owed'), 'Y', null) as unkfl,
        knowndt,
        coalesce(seendom, srcdom) as srcdom, coalesce(seenvar, srcvar) as srcvar, coalesce(seenseq, srcseq) as srcseq
    from stated
)

select * from final
