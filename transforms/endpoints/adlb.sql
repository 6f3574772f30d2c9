-- Laboratory results in standard units
-- grain:  one row per result
-- source: cut.laboratory, adam.adex; units from meta.laboratory_unit
-- rule:   a sample belongs to the last infusion on or before it
-- caveat: of a result reported as a limit there is no value, but that it lies above avallo or below avalhi; a unit that does not measure the test gives none of these; the result as sent is kept beside it
with attributed as (
    -- many infusions to one sample, reduced to the last before it
    select l.*, i.infusion_number, i.infusiondt as infusion_date
    from cut.laboratory as l
    left join adam.adex as i
        on l.study_id = i.study_id and l.subject_id = i.subject_id and i.firstdt <= l.sample_date
    qualify row_number() over (partition by l.study_id, l.record_id order by i.infusion_number desc) = 1
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
        a.value as lborres,
        a.unit as lborresu,
        'laboratory' as srcdom, 'value' as srcvar, a.record_id as srcseq
    from attributed as a
    left join meta.laboratory_unit as u on a.test = u.test and a.unit = u.unit
)

select * from final
