-- Adverse events by infusion
-- grain:  one row per adverse event
-- source: cut.adverse_event, cut.infusion; flags of imputed dates from current.imputed_date
-- rule:   an event belongs to the infusion the site names, else to the last infusion on or before its onset
-- units:  astdy and adurn in days; day 0 is the day of infusion
with data_cut as (
    select study_id, coalesce(data_cut, date '9999-12-31') as cut_date from meta.study
),

-- many infusions to one event, reduced to the one it belongs to
attributed as (
    select
        a.*,
        i.infusion_number as attributed_number, i.target, i.infusion_date,
        case when a.infusion_number is not null then 'site' when i.infusion_number is not null then 'date' end
            as attribution
    from cut.adverse_event as a
    left join cut.infusion as i
        on a.study_id = i.study_id and a.subject_id = i.subject_id
        and (
            i.infusion_number = a.infusion_number
            or (a.infusion_number is null and i.infusion_date <= a.start_date)
        )
    qualify row_number() over (partition by a.study_id, a.record_id order by i.infusion_number desc) = 1
),

final as (
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
        date_diff('day', a.infusion_date, a.start_date) as astdy,
        if(a.end_date <= c.cut_date, date_diff('day', a.start_date, a.end_date), null) as adurn,
        a.grade as atoxgr,
        a.grading_scale as atoxscale,
        if(a.grade = 0, 'N', 'Y') as occurfl,
        'adverse_event' as srcdom, 'grade' as srcvar, a.record_id as srcseq
    from attributed as a
    inner join data_cut as c on a.study_id = c.study_id
    left join current.imputed_date as onset
        on a.study_id = onset.study_id and onset.domain = 'adverse_event' and onset.column_name = 'start_date'
        and a.record_id = onset.record_id
    left join current.imputed_date as resolution
        on a.study_id = resolution.study_id and resolution.domain = 'adverse_event'
        and resolution.column_name = 'end_date' and a.record_id = resolution.record_id
)

select * from final
