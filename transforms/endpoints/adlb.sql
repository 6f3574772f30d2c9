-- Laboratory results in standard units
-- grain:  one row per result
-- source: cut.laboratory, cut.subject, adam.adex; units from meta.laboratory_unit, limits of normal from the record, else meta.normal_range
-- rule:   a sample belongs to the last infusion on or before it. Of several limits of normal of a site's laboratory those of the
--         subject's sex go before those of both, and among them the latest on or before the sample
-- caveat: of a result reported as a limit there is no value, but that it lies above avallo or below avalhi; a unit that does not measure the test gives none of these; the result as sent is kept beside it
with attributed as (
    -- many infusions to one sample, reduced to the last before it
    select l.*, i.infusion_number, i.infusiondt as infusion_date
    from cut.laboratory as l
    left join adam.adex as i
        on l.study_id = i.study_id and l.subject_id = i.subject_id and i.firstdt <= l.sample_date
    qualify row_number() over (partition by l.study_id, l.record_id order by i.infusion_number desc) = 1
),

-- many ranges to one sample, reduced to one
normal as (
    select a.record_id, n.low * u.factor as low, n.high * u.factor as high, u.standard_unit
    from attributed as a
    inner join meta.normal_range as n
        on a.study_id = n.study_id and a.site_id = n.site_id and a.test = n.test and n.from_day <= a.sample_date
    inner join meta.laboratory_unit as u on n.test = u.test and n.unit = u.unit
    left join cut.subject as s on a.study_id = s.study_id and a.subject_id = s.subject_id
    where n.sex = 'any' or n.sex = s.sex
    qualify row_number() over (partition by a.record_id, u.standard_unit order by n.sex = 'any', n.from_day desc) = 1
),

final as (
    select
        a.study_id, a.site_id, a.subject_id,
        a.test as paramcd,
        a.matrix,
        a.infusion_number,
        a.infusion_date as infusiondt,
        a.sample_date as adt,
        date_diff('day', a.infusion_date, a.sample_date) as ady,
        a.value * u.factor as aval,
        a.value_above * u.factor as avallo,
        a.value_below * u.factor as avalhi,
        u.standard_unit as avalu,
        -- what the record prints is of its own day and unit; a range of another calibration is none of it
        if(coalesce(a.normal_low, a.normal_high) is not null, a.normal_low * u.factor, n.low) as anrlo,
        if(coalesce(a.normal_low, a.normal_high) is not null, a.normal_high * u.factor, n.high) as anrhi,
        a.value as lborres,
        a.unit as lborresu,
        'laboratory' as srcdom, 'value' as srcvar, a.record_id as srcseq
    from attributed as a
    left join meta.laboratory_unit as u on a.test = u.test and a.unit = u.unit
    left join normal as n on a.record_id = n.record_id and u.standard_unit = n.standard_unit
)

select * from final
