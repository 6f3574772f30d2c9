-- Everything that happened to a subject and that an endpoint may count
-- grain:  one row per dated happening, up to the data cut
-- source: cut.* and adam.adrs; flags of imputed days from current.imputed_date; recoveries by measurement from protocol.yaml, units from meta.laboratory_unit
-- rule:   contact is every record that shows the subject alive on its day; one after the data cut shows the subject
--         alive at the cut; one that says that contact was lost or the subject withdrew shows neither. assessment is every look at the disease: a response other than NE, a relapse, or a
--         follow-up with the disease assessed
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

happened as (
    select study_id, site_id, subject_id, 'death' as happening, death_date as eventdt,
        cast(null as bigint) as infusion_number,
        if(cause is null, 'Death', 'Death: ' || cause) as evntdesc,
        'death' as srcdom, 'death_date' as srcvar, record_id as srcseq
    from cut.death

    union all

    select study_id, site_id, subject_id, 'relapse', relapse_date, null,
        if(relapse_site is null, 'Relapse', 'Relapse: ' || relapse_site), 'relapse', 'relapse_date', record_id
    from cut.relapse

    union all

    select study_id, site_id, subject_id, 'transplant', transplant_date, null,
        if(transplant_type is null, 'Transplant', 'Transplant: ' || transplant_type), 'transplant', 'transplant_date', record_id
    from cut.transplant

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

seen_alive as (
    select d.study_id, d.site_id, d.subject_id, least(d.clinical_date, c.cut_date) as eventdt,
        d.domain as srcdom, d.date_column as srcvar, d.record_id as srcseq
    from current.dated_record as d
    inner join data_cut as c on d.study_id = c.study_id
    left join current.follow_up as f
        on d.domain = 'follow_up' and d.record_id = f.record_id and f.disease_status in ('lost to follow-up', 'withdrew')
    where (d.domain <> 'death' or d.clinical_date > c.cut_date) and f.record_id is null

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
