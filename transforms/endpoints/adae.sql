-- Adverse events by infusion
-- grain:  one row per adverse event, and per record of one that is set aside whole
-- source: cut.adverse_event, adam.adex, cut.death; bounds and flags of imputed dates from meta.partial_date and
--         current.imputed_date; what is not known from current.set_aside; terms from meta.coded_event
-- rule:   an event belongs to the infusion the site names, else to the last infusion on or before its onset, else, where the
--         day of onset is not known, to the only infusion it can follow
-- units:  astdy and adurn in days; day 0 is the day of infusion
-- caveat: an event whose infusion, term or grade is unknown has occurred; analyses count it as unknown
with data_cut as (
    select study_id, coalesce(data_cut, date '9999-12-31') as cut_date from meta.study
),

infusion as (
    select study_id, subject_id, infusion_number, target, infusiondt as infusion_date, firstdt as first_date, srcseq as record_id,
        lead(firstdt) over (partition by study_id, subject_id order by firstdt, infusion_number) as next_date
    from adam.adex
),

-- the days on which the onset can be, where it is not reported: those of its part, never after its end or death
part as (
    select record_id, earliest, latest from meta.partial_date
    where domain = 'adverse_event' and column_name = 'start_date' and earliest is not null
        and (getvariable('as_of') is null or valid_from <= getvariable('as_of'))
        and (valid_to is null or valid_to > getvariable('as_of'))
),

event as (
    select
        a.*, p.earliest as first_onset,
        coalesce(p.latest, least(a.end_date, d.death_date), date '9999-12-31') as last_onset
    from cut.adverse_event as a
    left join part as p on a.record_id = p.record_id
    left join cut.death as d on a.study_id = d.study_id and a.subject_id = d.subject_id
),

-- many infusions to one event; possible: how many it can follow, where its onset is not known
matched as (
    select
        a.*,
        i.infusion_number as attributed_number, i.target, i.infusion_date, i.first_date,
        case
            when i.infusion_number is null then null
            when a.infusion_number is not null then 'site'
            when a.start_date is not null then 'date'
            else 'bounds'
        end as attribution,
        count(i.record_id) over (partition by a.study_id, a.record_id) as possible
    from event as a
    left join infusion as i
        on a.study_id = i.study_id and a.subject_id = i.subject_id
        and case
            when a.infusion_number is not null then i.infusion_number = a.infusion_number
            when a.start_date is not null then i.first_date <= a.start_date
            else i.first_date <= a.last_onset and coalesce(i.next_date > a.first_onset, true)
        end
),

-- reduced to the infusion it belongs to; to none where it can follow several
attributed as (
    select * exclude (attributed_number, target, infusion_date, first_date, attribution),
        if(is_known, attributed_number, null) as attributed_number,
        if(is_known, target, null) as target,
        if(is_known, infusion_date, null) as infusion_date,
        if(is_known, attribution, null) as attribution
    from (select *, attribution <> 'bounds' or possible = 1 as is_known from matched)
    qualify row_number() over (partition by study_id, record_id order by first_date desc, attributed_number desc) = 1
),

doubt as (
    select
        study_id, record_id,
        string_agg(column_name, ' ' order by column_name) as doubtvar,
        bool_or(column_name = 'end_date') as end_in_doubt
    from current.set_aside
    where domain = 'adverse_event' and column_name is not null
    group by all
),

-- the site's own words decide, where the trial's list knows them; else the code
coded as (
    select
        a.study_id, a.record_id,
        coalesce(worded.coded_term, named.coded_term) as coded_term,
        if(worded.coded_term is null, named.organ_class, worded.organ_class) as organ_class
    from attributed as a
    left join meta.coded_event as worded
        on a.study_id = worded.study_id
        and lower(trim(regexp_replace(a.term_text, '[\s\x{00a0}\x{3000}]+', ' ', 'g'))) = worded.reported
    left join meta.coded_event as named on a.study_id = named.study_id and lower(a.term) = named.reported
),

reported as (
    select
        a.study_id, a.site_id, a.subject_id,
        a.attributed_number as infusion_number,
        a.attribution, a.target,
        a.infusion_date as infusiondt,
        a.term as aeterm,
        a.term_text as aetext,
        a.start_date as astdt,
        onset.flag as astdtf,
        if(a.end_date <= c.cut_date, a.end_date, null) as aendt,
        if(a.end_date <= c.cut_date, resolution.flag, null) as aendtf,
        case when a.end_date <= c.cut_date then 'N' when d.end_in_doubt or ending.record_id is not null then 'U' else 'Y' end
            as aeongo,
        date_diff('day', a.infusion_date, a.start_date) as astdy,
        if(a.end_date <= c.cut_date, date_diff('day', a.start_date, a.end_date), null) as adurn,
        a.grade as atoxgr,
        a.grading_scale as atoxscale,
        if(a.grade = 0, 'N', 'Y') as occurfl,
        case when list_contains(string_split(d.doubtvar, ' '), 'dose_limiting') then 'U' when a.dose_limiting = 'yes' then 'Y'
            when a.dose_limiting = 'no' then 'N' end as dltfl,
        x.coded_term as aedecod,
        x.organ_class as aebodsys,
        case when list_contains(string_split(d.doubtvar, ' '), 'serious') then 'U' when a.serious = 'yes' then 'Y'
            when a.serious = 'no' then 'N' end as aeserfl,
        case when list_contains(string_split(d.doubtvar, ' '), 'related') then 'U' when a.related = 'yes' then 'Y'
            when a.related = 'no' then 'N' end as aerelfl,
        a.organism,
        a.infection_site as infsite,
        d.doubtvar,
        'adverse_event' as srcdom, 'grade' as srcvar, a.record_id as srcseq
    from attributed as a
    inner join coded as x on a.study_id = x.study_id and a.record_id = x.record_id
    inner join data_cut as c on a.study_id = c.study_id
    left join current.imputed_date as onset
        on a.study_id = onset.study_id and onset.domain = 'adverse_event' and onset.column_name = 'start_date'
        and a.record_id = onset.record_id
    left join current.imputed_date as resolution
        on a.study_id = resolution.study_id and resolution.domain = 'adverse_event'
        and resolution.column_name = 'end_date' and a.record_id = resolution.record_id
    left join doubt as d on a.study_id = d.study_id and a.record_id = d.record_id
    -- a part of the end is known: it has ended, on a day that is not known
    left join meta.partial_date as ending
        on ending.domain = 'adverse_event' and ending.column_name = 'end_date' and a.record_id = ending.record_id
        and (getvariable('as_of') is null or ending.valid_from <= getvariable('as_of'))
        and (ending.valid_to is null or ending.valid_to > getvariable('as_of'))
),

-- whether it occurred nobody can know, nor, under an id of no subject, in which of the subjects whose id is like it
aside as (
    select x.* from current.set_aside as x
    inner join cut.subject as s on x.study_id = s.study_id and x.subject_id = s.subject_id
    where x.domain = 'adverse_event' and x.sets_aside = 'record'
    union all
    select x.* replace (a.other as subject_id) from current.set_aside as x
    inner join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    where x.domain = 'adverse_event' and x.sets_aside = 'record'
),

set_aside as (
    select
        x.study_id, x.site_id, x.subject_id,
        i.infusion_number,
        if(i.infusion_number is null, null, 'site') as attribution,
        any_value(i.target) as target, any_value(i.infusiondt) as infusiondt,
        any_value(x.what) as aeterm, 'U' as aeongo, 'U' as occurfl, 'grade' as doubtvar,
        'adverse_event' as srcdom, 'grade' as srcvar, x.record_id as srcseq
    from aside as x
    left join adam.adex as i
        on x.study_id = i.study_id and x.subject_id = i.subject_id and x.infusion_number = i.infusion_number
    where x.record_id not in (select srcseq from reported)
    group by x.study_id, x.site_id, x.subject_id, x.record_id, i.infusion_number
),

final as (
    select * from reported
    union all by name
    select * from set_aside
)

select * from final
