-- Happenings of each subject on one time axis
-- grain:  one row per happening of a kind the protocol asks for, dated or not
-- source: cut.*, adam.adae, adam.adex; kinds asked for in meta.axis_kind; flags of imputed days from current.imputed_date
-- rule:   each infusion is a happening of its own, also where several are one course; day 0 is that of the first course
-- units:  startdy and enddy in days since day 0
-- caveat: of a treatment without a last day nobody knows whether it is ongoing or was given on one day
with data_cut as (
    select study_id, coalesce(data_cut, date '9999-12-31') as cut_date from meta.study
),

happened as (
    select study_id, site_id, subject_id, 'lymphodepletion' as kind, regimen as what,
        cast(null as varchar) as detail, cast(infusion_number as double) as number, cast(null as varchar) as scale,
        'Y' as occurfl, start_date as startdt, cast(null as varchar) as startdtf, end_date as enddt,
        start_date is not null and end_date is null as has_no_end,
        'lymphodepletion' as srcdom, 'start_date' as srcvar, record_id as srcseq
    from cut.lymphodepletion
    where regimen is distinct from 'none'

    union all

    select study_id, site_id, subject_id, 'infusion', target, null, infusion_number, null, 'Y', infusion_date, null,
        null, false, 'infusion', 'infusion_date', record_id
    from cut.administration

    union all

    select study_id, site_id, subject_id, 'adverse_event', aeterm, aetext, atoxgr, atoxscale, occurfl, astdt, astdtf,
        aendt, coalesce(aeongo, 'U') <> 'N', srcdom, 'start_date', srcseq
    from adam.adae

    union all

    select study_id, site_id, subject_id, 'treatment', treatment, treatment_text, null, null, 'Y', start_date, null,
        end_date, end_date is null, 'treatment', 'start_date', record_id
    from cut.treatment

    union all

    select study_id, site_id, subject_id, 'response', response, mrd_status, null, null, 'Y', assessment_date, null,
        null, false, 'response', 'assessment_date', record_id
    from cut.response

    union all

    select study_id, site_id, subject_id, 'consolidation', treatment, null, null, null, 'Y', start_date, null,
        end_date, end_date is null, 'consolidation', 'start_date', record_id
    from cut.consolidation

    union all

    select study_id, site_id, subject_id, 'transplant', transplant_type, null, null, null, 'Y', transplant_date, null,
        null, false, 'transplant', 'transplant_date', record_id
    from cut.transplant

    union all

    select study_id, site_id, subject_id, 'relapse', relapse_site, detection, null, null, 'Y', relapse_date, null,
        null, false, 'relapse', 'relapse_date', record_id
    from cut.relapse

    union all

    select study_id, site_id, subject_id, 'death', cause, null, null, null, 'Y', death_date, null, null, false,
        'death', 'death_date', record_id
    from cut.death
),

asked as (
    select h.*, d.flag, e.infusiondt as day_0, h.enddt > c.cut_date as ends_later
    from happened as h
    inner join meta.axis_kind as k on h.study_id = k.study_id and h.kind = k.kind
    inner join data_cut as c on h.study_id = c.study_id
    left join adam.adex as e on h.study_id = e.study_id and h.subject_id = e.subject_id and e.infusion_number = 1
    left join current.imputed_date as d
        on h.study_id = d.study_id and h.srcdom = d.domain and h.srcvar = d.column_name and h.srcseq = d.record_id
),

final as (
    select
        study_id, site_id, subject_id,
        kind, what, detail, number, scale, occurfl,
        startdt,
        coalesce(startdtf, flag) as startdtf,
        if(ends_later, null, enddt) as enddt,
        if(has_no_end or ends_later, 'Y', null) as ongofl,
        date_diff('day', day_0, startdt) as startdy,
        date_diff('day', day_0, if(ends_later, null, enddt)) as enddy,
        srcdom, srcvar, srcseq
    from asked
)

select * from final
