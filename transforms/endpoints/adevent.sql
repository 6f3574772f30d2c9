-- Everything that happened to a subject and that an endpoint may count
-- grain:  one row per dated happening, up to the data cut
-- source: cut.*, adam.adex, adam.adrs and adam.adgrade; flags of imputed days from current.imputed_date; recoveries by measurement from protocol.yaml, units from meta.laboratory_unit
-- rule:   remission is every assessment that finds CR or CRi. contact is every record that shows the subject alive on its day; one after the data cut shows the subject
--         alive at the cut; one that says that contact was lost or the subject withdrew shows neither. assessment is every look at the disease: a response other than NE, a relapse, or a
--         follow-up with the disease assessed. A relapse is of its kinds too; a follow-up that finds leukemia where no relapse
--         is on record is a relapse found that day, before any remission a failure. A failure without an evaluable assessment in
--         the window is one before it, followed by another therapy within it. missed_assessments is the last look before so
--         many were missed. Severe graft-versus-host disease is of grade 3 or worse as the site grades it, else, of acute disease, as its
--         stages do at the least; it counts on the day of its onset
with data_cut as (
    select study_id, coalesce(data_cut, date '9999-12-31') as cut_date from meta.study
),

-- many samples to one recovery: the first above the value the protocol states, in whatever unit the site sent; a
-- conversion rounds, so a value at the limit in another unit is one within 1e-12 of it
measured as (
    select l.study_id, l.site_id, l.subject_id, r.happening, l.sample_date, l.record_id,
        l.test || ' in ' || l.matrix || ' above ' || format('{:g}', r.above) || ' ' || r.unit as evntdesc
    from meta.recovery as r
    inner join adam.adex as i on r.study_id = i.study_id and i.infusion_number = 1
    inner join cut.laboratory as l
        on i.study_id = l.study_id and i.subject_id = l.subject_id
        and r.test = l.test and r.matrix = l.matrix
        and l.sample_date >= i.infusiondt + cast(r.from_day as integer)
    left join meta.laboratory_unit as stated on r.test = stated.test and r.unit = stated.unit
    left join meta.laboratory_unit as sent on l.test = sent.test and l.unit = sent.unit
    where
        (l.unit = r.unit and coalesce(l.value, l.value_above) > r.above)
        or (
            l.unit <> r.unit and sent.standard_unit = stated.standard_unit
            and coalesce(l.value, l.value_above) * sent.factor > r.above * stated.factor * (1 + 1e-12)
        )
    qualify row_number() over (
        partition by l.study_id, r.happening, l.subject_id order by l.sample_date, l.record_id
    ) = 1
),

-- leukemia that a follow-up finds and no record of a relapse since the last remission tells of
found_present as (
    select f.study_id, f.site_id, f.subject_id, f.contact_date, f.record_id,
        exists (
            select 1 from cut.response as r
            where r.study_id = f.study_id and r.subject_id = f.subject_id
                and r.response in {complete_remission} and r.assessment_date <= f.contact_date
        ) as was_in_remission
    from cut.follow_up as f
    where f.disease_status = 'relapsed' and f.contact_date is not null
        and not exists (
            select 1 from cut.relapse as x
            where x.study_id = f.study_id and x.subject_id = f.subject_id
                and (x.relapse_date is null or x.relapse_date <= f.contact_date + 7)
                -- one before a further remission is not the one that is found
                and not exists (
                    select 1 from cut.response as p
                    where p.study_id = x.study_id and p.subject_id = x.subject_id
                        and p.response in {complete_remission} and p.assessment_date > x.relapse_date
                        and p.assessment_date <= f.contact_date
                )
        )
),

relapsed as (
    select study_id, site_id, subject_id, relapse_date, relapse_site, detection, cd19_status, cd22_status,
        'relapse' as srcdom, 'relapse_date' as srcvar, record_id
    from cut.relapse
    union all by name
    select study_id, site_id, subject_id, contact_date as relapse_date, 'follow_up' as srcdom, 'contact_date' as srcvar, record_id
    from found_present
    where was_in_remission
),

-- one relapse to each kind it is of; leukemia outside the marrow, or that a follow-up finds, is overt however it was found
kinds as (
    select *, unnest(list_filter([
        'relapse',
        case
            when detection = 'MRD' then 'mrd_relapse'
            when detection is not null or relapse_site in ('CNS', 'extramedullary', 'combined') or srcdom = 'follow_up' then 'overt_relapse'
        end,
        if(relapse_site in ('CNS', 'extramedullary'), 'extramedullary_relapse', null),
        if(cd19_status = 'negative', 'cd19_negative_relapse', null),
        if(cd22_status = 'negative', 'cd22_negative_relapse', null)
    ], lambda kind: kind is not null)) as kind
    from relapsed
),

therapy as (
    select study_id, site_id, subject_id, start_date, treatment_text, record_id
    from cut.treatment
    where treatment = 'antileukemic'
),

-- who did not respond, had nothing evaluable in the window, and was given another therapy before it closed
failed_before as (
    select a.study_id, a.site_id, a.subject_id, a.infusion_number, r.assessment_date, r.response, r.record_id
    from adam.adrs as a
    inner join meta.response_window as w on a.study_id = w.study_id and a.infusion_number = w.infusion_number
    inner join cut.response as r
        on a.study_id = r.study_id and a.subject_id = r.subject_id
        and r.assessment_date >= a.infusiondt and r.assessment_date < a.infusiondt + cast(w.from_day as integer)
    inner join therapy as t
        on a.study_id = t.study_id and a.subject_id = t.subject_id
        and t.start_date between r.assessment_date and a.infusiondt + cast(w.to_day as integer)
    where a.evalfl = 'N' and r.response <> 'NE'
    qualify row_number() over (
        partition by a.study_id, a.subject_id, a.infusion_number order by r.assessment_date desc, r.record_id
    ) = 1
),

happened as (
    select study_id, site_id, subject_id, 'death' as happening, death_date as eventdt,
        cast(null as bigint) as infusion_number,
        if(cause is null, 'Death', 'Death: ' || cause) as evntdesc,
        'death' as srcdom, 'death_date' as srcvar, record_id as srcseq
    from cut.death

    union all

    select study_id, site_id, subject_id, kind, relapse_date, null,
        case when srcdom = 'follow_up' then 'Leukemia present at follow-up' when relapse_site is null then 'Relapse'
            else 'Relapse: ' || relapse_site end,
        srcdom, srcvar, record_id
    from kinds

    union all

    select study_id, site_id, subject_id, 'new_therapy', start_date, null,
        'New therapy' || coalesce(': ' || treatment_text, ''), 'treatment', 'start_date', record_id
    from therapy

    union all

    select study_id, site_id, subject_id, if(disposition = 'withdrew consent', 'withdrawal', 'loss'), disposition_date, null,
        if(disposition = 'withdrew consent', 'Withdrawal of consent', 'Loss to follow-up'), 'disposition', 'disposition_date', record_id
    from cut.disposition
    where disposition in ('withdrew consent', 'lost to follow-up')

    union all

    select study_id, site_id, subject_id, if(disease_status = 'withdrew', 'withdrawal', 'loss'), contact_date, null,
        if(disease_status = 'withdrew', 'Withdrawal', 'Loss to follow-up'), 'follow_up', 'contact_date', record_id
    from cut.follow_up
    where disease_status in ('lost to follow-up', 'withdrew')

    union all

    select study_id, site_id, subject_id, 'transplant', transplant_date, null,
        if(transplant_type is null, 'Transplant', 'Transplant: ' || transplant_type), 'transplant', 'transplant_date', record_id
    from cut.transplant

    union all

    select a.study_id, a.site_id, a.subject_id, if(a.term = 'acute GVHD', 'severe_acute_gvhd', 'severe_chronic_gvhd'), a.start_date, null,
        a.term || ', grade ' || coalesce(a.grade, g.lowest), 'adverse_event', 'start_date', a.record_id
    from cut.adverse_event as a
    left join adam.adgrade as g on a.study_id = g.study_id and a.record_id = g.srcseq and g.scale = 'MAGIC'
    where a.term in ('acute GVHD', 'chronic GVHD') and coalesce(a.grade, g.lowest) >= 3

    union all

    select study_id, site_id, subject_id, 'consolidation', start_date, null,
        if(treatment is null, 'Consolidation', 'Consolidation: ' || treatment), 'consolidation', 'start_date', record_id
    from cut.consolidation

    union all

    select study_id, site_id, subject_id, 'next_infusion', infusiondt, infusion_number,
        'Infusion ' || infusion_number || if(target is null, '', ': ' || target), srcdom, srcvar, srcseq
    from adam.adex

    union all

    select study_id, site_id, subject_id, replace(replace(lower(milestone), ' ', '_'), '-', '_'), milestone_date, null,
        upper(milestone[1]) || milestone[2:], 'milestone', 'milestone_date', record_id
    from cut.milestone
    where milestone is not null

    union all

    select study_id, site_id, subject_id, happening, sample_date, null, evntdesc, 'laboratory', 'sample_date', record_id
    from measured

    union all

    select study_id, site_id, subject_id, 'no_response', adt, infusion_number,
        'No response to infusion ' || infusion_number || ': ' || avalc, 'response', 'assessment_date', srcseq
    from adam.adrs
    where evalfl = 'Y' and respfl = 'N'

    union all

    select study_id, site_id, subject_id, 'no_response', assessment_date, infusion_number,
        'No response to infusion ' || infusion_number || ': ' || response || ', then new therapy', 'response', 'assessment_date', record_id
    from failed_before

    union all

    select study_id, site_id, subject_id, 'remission', assessment_date, null, 'Remission: ' || response,
        'response', 'assessment_date', record_id
    from cut.response
    where response in {complete_remission}

    union all

    select p.study_id, p.site_id, p.subject_id, 'no_response', p.contact_date, i.infusion_number,
        'Leukemia present at follow-up', 'follow_up', 'contact_date', p.record_id
    from found_present as p
    inner join adam.adex as i
        on p.study_id = i.study_id and p.subject_id = i.subject_id and i.infusiondt < p.contact_date
    where not p.was_in_remission
    qualify row_number() over (partition by p.study_id, p.record_id order by i.infusiondt desc, i.infusion_number desc) = 1
),

assessed as (
    select study_id, site_id, subject_id, assessment_date as eventdt, 'response' as srcdom,
        'assessment_date' as srcvar, record_id as srcseq
    from cut.response
    -- a look at the disease whose day nobody knows is no last day of having been looked at
    where response <> 'NE' and record_id not in (select record_id from current.bounded_date where domain = 'response')
    union all
    select study_id, site_id, subject_id, relapse_date, 'relapse', 'relapse_date', record_id
    from cut.relapse
    union all
    select study_id, site_id, subject_id, contact_date, 'follow_up', 'contact_date', record_id
    from cut.follow_up
    where disease_status in ('remission', 'relapsed')
),

-- a look after which so many were missed that nobody knows what happened until the next one, or until an event
missed as (
    select l.study_id, l.site_id, l.subject_id, l.eventdt, l.srcdom, l.srcvar, l.srcseq
    from (
        select *,
            lead(eventdt) over (partition by study_id, subject_id order by eventdt, srcdom, srcseq) as next_look
        from (
            select * from assessed
            union all
            select study_id, site_id, subject_id, death_date, 'death', 'death_date', record_id from cut.death
        )
    ) as l
    inner join meta.study as s on l.study_id = s.study_id
    where l.srcdom <> 'death' and date_diff('day', l.eventdt, l.next_look) > s.longest_gap_days
),

seen_alive as (
    -- nobody is known to live after the export that tells of it
    select d.study_id, d.site_id, d.subject_id, least(d.clinical_date, d.extract_date, c.cut_date, w.withdrawn_on) as eventdt,
        d.domain as srcdom, d.date_column as srcvar, d.record_id as srcseq
    from current.dated_record as d
    inner join data_cut as c on d.study_id = c.study_id
    left join current.follow_up as f
        on d.domain = 'follow_up' and d.record_id = f.record_id and f.disease_status in ('lost to follow-up', 'withdrew')
    left join current.withdrawn as w on d.subject_id = w.subject_id and w.consent_covers = 'nothing'
    -- a record shows the subject alive at the cut, and on the day consent was taken back: no later
    where (d.domain <> 'death' or d.clinical_date > least(c.cut_date, w.withdrawn_on)) and f.record_id is null
        and d.domain <> 'disposition'

    union all

    -- a contact of which the month is known: alive on its first day at least
    select f.study_id, f.site_id, f.subject_id, least(p.earliest, c.cut_date), 'follow_up', 'contact_date', f.record_id
    from current.follow_up as f
    inner join data_cut as c on f.study_id = c.study_id
    inner join meta.partial_date as p
        on p.domain = 'follow_up' and f.record_id = p.record_id and p.earliest is not null
        and (getvariable('as_of') is null or p.valid_from <= getvariable('as_of'))
        and (p.valid_to is null or p.valid_to > getvariable('as_of'))
    where f.contact_date is null and coalesce(f.disease_status, '') not in ('lost to follow-up', 'withdrew')
),

every_one as (
    select * from happened
    union all
    select study_id, site_id, subject_id, 'assessment', eventdt, null, 'Disease assessed', srcdom, srcvar, srcseq
    from assessed
    union all
    select study_id, site_id, subject_id, 'missed_assessments', eventdt, null, 'Last look before assessments were missed', srcdom, srcvar, srcseq
    from missed
    union all
    select study_id, site_id, subject_id, 'contact', eventdt, null, 'Known alive', srcdom, srcvar, srcseq
    from seen_alive
),

final as (
    select e.*, d.flag as eventdtf
    from every_one as e
    left join current.imputed_date as d
        on e.study_id = d.study_id and e.srcdom = d.domain and e.srcvar = d.column_name and e.srcseq = d.record_id
    where e.eventdt is not null
)

select * from final
