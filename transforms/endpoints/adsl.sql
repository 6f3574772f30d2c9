-- Subjects
-- grain:  one row per enrolled subject
-- source: cut.subject, adam.adex, cut.relapse, cut.death, cut.follow_up, adam.adevent; flags of imputed days from current.imputed_date;
--         what consent does not cover from current.withdrawn and current.withheld, what is not known from current.set_aside
-- rule:   transplant, relapse and death are the first after the first infusion (after enrollment where none was given)
with infusion as (
    select
        study_id, subject_id,
        count(*) as infn,
        min(firstdt) as first_infusion_date,
        any_value(target) filter (infusion_number = 1) as trt01,
        any_value(infusiondt) filter (infusion_number = 1) as trt01dt,
        any_value(dose) filter (infusion_number = 1) as dose01,
        any_value(viab) filter (infusion_number = 1) as viab01,
        any_value(tran) filter (infusion_number = 1) as tran01,
        any_value(target) filter (infusion_number = 2) as trt02,
        any_value(infusiondt) filter (infusion_number = 2) as trt02dt,
        any_value(dose) filter (infusion_number = 2) as dose02,
        any_value(viab) filter (infusion_number = 2) as viab02,
        any_value(tran) filter (infusion_number = 2) as tran02
    from adam.adex
    group by all
),

subject as (
    select s.*, i.*exclude (study_id, subject_id), coalesce(i.first_infusion_date, s.enrollment_date) as baseline_date
    from cut.subject as s
    left join infusion as i on s.study_id = i.study_id and s.subject_id = i.subject_id
),

-- many happenings to one subject
outcome as (
    select
        s.study_id, s.subject_id,
        min(e.eventdt) filter (
            e.happening = 'transplant' and coalesce(e.eventdt >= s.enrollment_date, true)
        ) as hsctdt,
        min(e.eventdt) filter (
            e.happening = 'relapse' and coalesce(e.eventdt >= s.baseline_date, true)
        ) as relapsedt,
        max(e.eventdt) filter (e.happening = 'contact') as lstalvdt
    from subject as s
    left join adam.adevent as e on s.study_id = e.study_id and s.subject_id = e.subject_id
    group by all
),

-- two reports of one day are one relapse
relapse as (
    select * from cut.relapse
    qualify row_number() over (partition by study_id, subject_id, relapse_date order by record_id) = 1
),

-- records set aside of the subject's own or under an id that may be the subject's
aside as (
    select
        x.study_id, coalesce(a.other, x.subject_id) as subject_id,
        bool_or(x.domain = 'relapse' and x.sets_aside = 'record') as of_relapse,
        bool_or(x.domain = 'death' and x.sets_aside = 'record') as of_death,
        count(distinct x.record_id) filter (
            x.domain = 'cell_kinetics' and (
                x.sets_aside = 'record'
                or x.column_name in ('car_t_pct', 'car_t_per_ul', 'copies_per_ug', 'below_quantification')
            )
        ) as samples
    from current.set_aside as x
    left join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    group by all
),

-- contacts whose finding nobody can read, or that found leukemia on an unknown day
contact as (
    select
        f.study_id, f.subject_id,
        bool_or(f.disease_status is null and not exists (
            select 1 from adam.adevent as later
            where later.study_id = f.study_id and later.subject_id = f.subject_id
                and later.happening = 'contact' and later.eventdt > f.contact_date
        )) as of_death,
        bool_or(not exists (
            select 1 from cut.follow_up as later
            where later.study_id = f.study_id and later.subject_id = f.subject_id
                and later.disease_status = 'remission' and later.contact_date > f.contact_date
        )) as of_relapse
    from cut.follow_up as f
    left join current.set_aside as x
        on f.study_id = x.study_id and f.record_id = x.record_id and x.domain = 'follow_up' and x.column_name = 'disease_status'
    left join meta.partial_date as p
        on p.domain = 'follow_up' and f.record_id = p.record_id
        and (getvariable('as_of') is null or p.valid_from <= getvariable('as_of'))
        and (p.valid_to is null or p.valid_to > getvariable('as_of'))
    inner join subject as s on f.study_id = s.study_id and f.subject_id = s.subject_id
    where (x.record_id is not null or (f.disease_status = 'relapsed' and f.contact_date is null))
        and coalesce(coalesce(f.contact_date, p.latest) >= s.baseline_date, true)
    group by all
),

-- told of, though on no day after the first infusion
told as (
    select distinct study_id, subject_id from cut.relapse
),

final as (
    select
        s.study_id, s.site_id, s.subject_id,
        s.enrollment_date as enrldt,
        s.age_years as age,
        s.sex,
        s.disease_status,
        s.marrow_blasts_pct as blasts_pct,
        case s.extramedullary_disease when 'yes' then 'Y' when 'no' then 'N' end as emdfl,
        case s.high_risk_genetics when 'yes' then 'Y' when 'no' then 'N' end as hrgenfl,
        case s.prior_transplant when 'yes' then 'Y' when 'no' then 'N' end as priorhsctfl,
        case s.prior_car_t when 'yes' then 'Y' when 'no' then 'N' end as priorcartfl,
        coalesce(s.infn, 0) as infn,
        s.trt01, s.trt01dt, s.dose01, s.viab01, s.tran01, s.trt02, s.trt02dt, s.dose02, s.viab02, s.tran02,
        date_diff('day', s.trt01dt, s.trt02dt) as infusion_interval_days,
        o.hsctdt, o.relapsedt,
        r.relapse_site as relsite, r.cd19_status as relcd19, r.cd22_status as relcd22,
        d.death_date as dthdt,
        died.flag as dthdtf,
        d.cause as dthcaus,
        if(o.relapsedt is null and (x.of_relapse or c.of_relapse or t.subject_id is not null), 'Y', null) as relunkfl,
        if(d.record_id is null and (x.of_death or c.of_death), 'Y', null) as dthunkfl,
        coalesce(x.samples, 0) as cksunkn,
        least(o.lstalvdt, coalesce(d.death_date, o.lstalvdt)) as lstalvdt,
        w.withdrawn_on as wthdrdt,
        coalesce(h.records, 0) as wthheldn
    from subject as s
    inner join outcome as o on s.study_id = o.study_id and s.subject_id = o.subject_id
    left join relapse as r on s.study_id = r.study_id and s.subject_id = r.subject_id
        and o.relapsedt = r.relapse_date
    left join told as t on s.study_id = t.study_id and s.subject_id = t.subject_id
    left join aside as x on s.study_id = x.study_id and s.subject_id = x.subject_id
    left join contact as c on s.study_id = c.study_id and s.subject_id = c.subject_id
    left join cut.death as d on s.study_id = d.study_id and s.subject_id = d.subject_id
    left join current.withdrawn as w on s.study_id = w.study_id and s.subject_id = w.subject_id
    left join (select study_id, subject_id, count(*) as records from current.withheld group by all) as h
        on s.study_id = h.study_id and s.subject_id = h.subject_id
    left join current.imputed_date as died
        on d.study_id = died.study_id and died.domain = 'death' and d.record_id = died.record_id
)

select * from final
