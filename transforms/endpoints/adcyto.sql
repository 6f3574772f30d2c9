-- Blood counts that have recovered by a day after an infusion, or not yet
-- grain:  one row per course of CAR-T cells, day asked about and blood count, and one for any of the counts asked for; of everyone who received the infusion
-- source: adam.adex, adam.adevent, adam.adsl, adam.adlb; transfusions and treatments in doubt from cut.treatment, transplants set aside from
--         current.set_aside; meta.cytopenia
-- rule:   at risk on a day is who is known alive on it or later, without relapse, new therapy, transplant, a further infusion or death on a day before it.
--         The sample nearest to the day decides, of two as near the lower count, of several counts of a day the lowest; none after what ended being at risk.
--         A count below the limit is severe; one above is recovered, unless a transfusion may have lifted it. Without a sample that decides the
--         count is unknown, and so is that of whom a record leaves open whether being at risk had ended. Any is severe where one count is, and recovered
--         where all are
-- units:  counts in the standard unit of the test, which is that of the limit
-- caveat: of a day that is only known within bounds, an infusion leaves every count unknown; what ends being at risk has ended it where it did so by its
--         last day, and leaves it open from the day after its first
with asked as (
    select x.study_id, x.site_id, x.subject_id, x.infusion_number, x.infusiondt, x.srcdom, x.srcvar, x.srcseq,
        c.askdy, c.test, c.limitn, c.limitu, c.supported_by, c.supported_days,
        if(b.record_id is null, x.infusiondt, null) as day_0,
        day_0 + cast(c.askdy as integer) as askdt,
        askdt - cast(c.before_days as integer) as fromdt,
        askdt + cast(c.after_days as integer) as todt
    from adam.adex as x
    inner join meta.cytopenia as c on x.study_id = c.study_id and x.infusion_number = c.infusion_number
    left join (select distinct record_id from current.bounded_date where domain = 'infusion' and earliest < latest) as b
        on x.srcseq = b.record_id
),

ending as (
    select x.study_id, x.subject_id, x.infusion_number, e.happening, e.eventdt, e.srcdom, e.srcvar, e.srcseq,
        coalesce(b.earliest, e.eventdt) as firstdt,
        coalesce(b.latest, e.eventdt) as lastdt
    from adam.adex as x
    inner join adam.adevent as e
        on x.study_id = e.study_id and x.subject_id = e.subject_id
        and e.happening in ('relapse', 'new_therapy', 'transplant', 'next_infusion', 'death')
        and (e.eventdt > x.infusiondt or (e.happening = 'death' and e.eventdt = x.infusiondt))
    left join current.bounded_date as b on e.srcdom = b.domain and e.srcvar = b.column_name and e.srcseq = b.record_id
),

-- of one day a relapse goes before what is done about it, and before death
ended as (
    select study_id, subject_id, infusion_number,
        min(lastdt) as enddt,
        max(lastdt) filter (happening = 'death') as diedt,
        arg_min(
            {'happening': happening, 'srcdom': srcdom, 'srcvar': srcvar, 'srcseq': srcseq},
            (lastdt, list_position(['relapse', 'new_therapy', 'transplant', 'next_infusion', 'death'], happening), srcseq)
        ) as by
    from ending
    group by all
),

-- who may have left, and between which days, where these are known
doubtful as (
    select study_id, subject_id, cast(null as date) as firstdt, cast(null as date) as lastdt, false as is_certain from adam.adsl where relunkfl = 'Y'
    union
    select x.study_id, coalesce(a.other, x.subject_id), null, null, false
    from current.set_aside as x
    left join current.alike as a on x.site_id = a.site_id and x.subject_id = a.subject_id
    where x.domain = 'transplant' and x.sets_aside = 'record'
    union
    select study_id, subject_id, start_date, start_date, false
    from cut.treatment
    where treatment is null or (treatment = 'antileukemic' and start_date is null)
    union
    select study_id, subject_id, firstdt, lastdt, true from ending where firstdt < lastdt
),

-- an event on the day itself ends nothing yet
followed as (
    select a.*, e.enddt, e.by,
        case
            when a.askdt is null then 'day_0'
            when e.enddt < a.askdt then e.by.happening
            when coalesce(coalesce(e.diedt, s.lstalvdt) < a.askdt, true) then 'follow_up'
            when exists (
                select 1 from doubtful as d
                where a.study_id = d.study_id and a.subject_id = d.subject_id
                    and coalesce(d.firstdt < a.askdt, true) and coalesce(d.lastdt > a.day_0, true)
                    -- what has certainly happened did so on the day or later at the latest
                    and (not d.is_certain or d.lastdt >= a.askdt)
            ) then 'at_risk'
        end as standing
    from asked as a
    left join ended as e
        on a.study_id = e.study_id and a.subject_id = e.subject_id and a.infusion_number = e.infusion_number
    left join adam.adsl as s on a.study_id = s.study_id and a.subject_id = s.subject_id
),

-- a conversion rounds, so a count within 1e-12 of the limit is one at it, which is not below
sample as (
    select f.study_id, f.subject_id, f.infusion_number, f.askdy, f.test, f.askdt, f.supported_by, f.supported_days,
        l.adt, l.aval, l.avallo, l.avalhi, l.srcdom, l.srcvar, l.srcseq,
        case
            when l.aval < f.limitn * (1 - 1e-12) or (l.aval is null and l.avalhi <= f.limitn * (1 + 1e-12)) then 'below'
            when l.aval is not null or l.avallo >= f.limitn * (1 - 1e-12) then 'above'
        end as found
    from followed as f
    inner join adam.adlb as l
        on f.study_id = l.study_id and f.subject_id = l.subject_id and f.test = l.paramcd and f.limitu = l.avalu
        and l.adt between f.fromdt and f.todt and l.adt <= coalesce(f.enddt, l.adt)
        and coalesce(l.matrix, 'blood') = 'blood'
    where f.standing is null
),

-- of a day one count below decides; one that is open leaves the day open unless another is below
of_day as (
    select *,
        case
            when bool_or(coalesce(found = 'below', false)) over day_sampled then 'below'
            when bool_and(coalesce(found = 'above', false)) over day_sampled then 'above'
        end as day_found
    from sample
    window day_sampled as (partition by study_id, subject_id, infusion_number, askdy, test, adt)
),

-- many samples to one day, and many days to one
deciding as (
    select *,
        found = 'above' and supported_days is not null and exists (
            select 1 from cut.treatment as t
            where t.study_id = s.study_id and t.subject_id = s.subject_id and t.treatment = s.supported_by
                and coalesce(s.adt between t.start_date and coalesce(t.end_date, t.start_date) + cast(s.supported_days as integer), true)
        ) as is_supported
    from of_day as s
    where found = day_found
    qualify row_number() over (
        partition by study_id, subject_id, infusion_number, askdy, test
        order by abs(adt - askdt), found = 'below' desc, coalesce(aval, avalhi, avallo), adt, srcseq
    ) = 1
),

judged as (
    select f.study_id, f.site_id, f.subject_id, f.infusion_number, f.infusiondt, f.askdy, f.askdt, f.test as paramcd,
        case
            when f.standing in ('day_0', 'at_risk') then 'unknown'
            when f.standing is not null then 'not at risk'
            when d.found = 'below' then 'severe'
            when d.found = 'above' and not d.is_supported then 'recovered'
            else 'unknown'
        end as state,
        case
            when f.standing is not null then f.standing
            when d.found is null then 'no_sample'
            when d.is_supported then 'transfused'
        end as statecd,
        f.limitn, f.limitu,
        d.adt, d.aval, d.avallo, d.avalhi,
        case when f.standing = f.by.happening then f.by.srcdom else coalesce(d.srcdom, f.srcdom) end as srcdom,
        case when f.standing = f.by.happening then f.by.srcvar else coalesce(d.srcvar, f.srcvar) end as srcvar,
        case when f.standing = f.by.happening then f.by.srcseq else coalesce(d.srcseq, f.srcseq) end as srcseq
    from followed as f
    left join deciding as d
        on f.study_id = d.study_id and f.subject_id = d.subject_id and f.infusion_number = d.infusion_number
        and f.askdy = d.askdy and f.test = d.test
),

-- the first of severe, unknown, recovered stands for all; who is not at risk is so of every count
any_of_them as (
    select study_id, site_id, subject_id, infusion_number, infusiondt, askdy, askdt, 'any' as paramcd, state, statecd, srcdom, srcvar, srcseq
    from judged
    qualify row_number() over (
        partition by study_id, subject_id, infusion_number, askdy
        order by list_position(['not at risk', 'severe', 'unknown', 'recovered'], state), paramcd
    ) = 1
),

final as (
    from judged
    union all by name
    from any_of_them
)

select * from final
