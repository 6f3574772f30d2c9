-- Samples of CAR-T cells
-- grain:  one row per sample and quantity (per cent of T cells, cells per microliter, copies per microgram)
-- source: cut.cell_kinetics, adam.adex, cut.transplant; results not known from current.set_aside
-- rule:   a sample belongs to the infusion the site names, else to the last infusion on or before it; from the next
--         infusion or a transplant on, samples belong to what followed
-- units:  ckdy and untildy in days since the infusion; day 0 is the day of infusion
-- caveat: flow cytometry and PCR are rows of their own and are never put together
with next_infusion as (
    select study_id, site_id, subject_id, infusion_number, target, infusiondt as infusion_date, nextdt as next_date
    from adam.adex
),

-- the first transplant after each infusion
ended as (
    select
        i.study_id, i.subject_id, i.infusion_number, i.target, i.infusion_date, i.next_date,
        min(t.transplant_date) as transplant_date
    from next_infusion as i
    left join cut.transplant as t
        on i.study_id = t.study_id and i.subject_id = t.subject_id and t.transplant_date > i.infusion_date
    group by all
),

-- many infusions to one sample, reduced to the one it belongs to
attributed as (
    select
        k.*,
        e.infusion_number as attributed_number, e.target, e.infusion_date, e.next_date, e.transplant_date
    from cut.cell_kinetics as k
    inner join ended as e
        on k.study_id = e.study_id and k.subject_id = e.subject_id
        and (
            e.infusion_number = k.infusion_number
            or (k.infusion_number is null and e.infusion_date <= k.sample_date)
        )
    where k.sample_date >= e.infusion_date
    qualify row_number() over (partition by k.study_id, k.record_id order by e.infusion_number desc) = 1
),

-- a result that can't be read is unknown: no sample without cells
unread as (
    select study_id, record_id, bool_or(column_name = 'below_quantification' or column_name = 'car_t_pct') as pct,
        bool_or(column_name = 'below_quantification' or column_name = 'car_t_per_ul') as per_ul,
        bool_or(column_name = 'below_quantification' or column_name = 'copies_per_ug') as copies
    from current.set_aside
    where domain = 'cell_kinetics'
    group by all
),

readable as (
    select a.*, coalesce(u.pct or u.per_ul, false) as flow_unread, coalesce(u.copies, false) as pcr_unread
    from attributed as a
    left join unread as u on a.study_id = u.study_id and a.record_id = u.record_id
),

-- one sample to one row per quantity reported; a result below quantification without a number has that of its assay
by_quantity as (
    select *, 'car_t_pct' as quantity, '%' as unit, car_t_pct as aval
    from readable
    where assay = 'flow' and (car_t_pct is not null or (car_t_per_ul is null and not flow_unread))
    union all
    select *, 'car_t_per_ul', '/uL', car_t_per_ul
    from readable
    where assay = 'flow' and car_t_per_ul is not null
    union all
    select *, 'copies_per_ug', 'copies/ug', copies_per_ug
    from readable
    where assay = 'qPCR' and (copies_per_ug is not null or not pcr_unread)
),

final as (
    select
        study_id, site_id, subject_id,
        attributed_number as infusion_number,
        target, assay, matrix, quantity, unit,
        infusion_date as infusiondt,
        sample_date as cksdt,
        date_diff('day', infusion_date, sample_date) as ckdy,
        aval,
        if(below_quantification = 'yes' or aval is null, 'N', 'Y') as quantfl,
        date_diff('day', infusion_date, least(next_date, transplant_date)) as untildy,
        case
            when next_date is null and transplant_date is null then null
            when transplant_date is null or next_date <= transplant_date then 'next infusion'
            else 'transplant'
        end as untildesc,
        'cell_kinetics' as srcdom, quantity as srcvar, record_id as srcseq
    from by_quantity
)

select * from final
