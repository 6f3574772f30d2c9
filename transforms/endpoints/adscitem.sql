-- Items of scores from laboratory results
-- grain:  one row per course of CAR-T cells, score asked for, item of it and laboratory test
-- source: adam.adex, adam.adlb, cut.lymphodepletion, cut.death; meta.score_asked, meta.score_item
-- rule:   of a score of one day the results of the latest day that counts decide, of several all of them: an item has the points that all of them agree on,
--         and may have those of any. Of a score of several days each result may give the points. Results of blood alone count, before the next infusion
--         and up to death. A limit that is a multiple of another value leaves the item open where that value is not known
-- units:  values in the standard unit of the test, whatever unit was sent
-- caveat: a result reported as a limit is the range it leaves
with started as (
    select study_id, subject_id, infusion_number, min(start_date) as startdt
    from cut.lymphodepletion
    group by all
),

asked as (
    select x.study_id, x.site_id, x.subject_id, x.infusion_number, x.infusiondt, x.nextdt, a.score, a.moment,
        if(a.starts_at = 'lymphodepletion', s.startdt, x.infusiondt) as refdt,
        refdt + cast(a.from_day as integer) as fromdt,
        least(refdt + cast(a.to_day as integer), x.nextdt - 1, d.death_date) as todt
    from adam.adex as x
    inner join meta.score_asked as a on x.study_id = a.study_id and x.infusion_number = a.infusion_number
    left join started as s
        on x.study_id = s.study_id and x.subject_id = s.subject_id and x.infusion_number = s.infusion_number
    left join cut.death as d on x.study_id = d.study_id and x.subject_id = d.subject_id
),

test_of as (
    select distinct score, item, test, take from meta.score_item
),

-- each result as the range of values it leaves
result as (
    select study_id, subject_id, paramcd, adt, avalu, srcdom, srcvar, srcseq, anrlo, anrhi,
        coalesce(aval, avallo, 0) as low,
        coalesce(aval, avalhi, cast('infinity' as double)) as high,
        aval is not null as is_exact
    from adam.adlb
    where coalesce(aval, avallo, avalhi) is not null and coalesce(matrix, 'blood') = 'blood'
        -- a share is no count
        and avalu <> '%'
),

-- many results to one before the infusion, reduced to the latest
before as (
    select x.study_id, x.subject_id, x.infusion_number, r.paramcd, r.low, r.high
    from adam.adex as x
    inner join result as r on x.study_id = r.study_id and x.subject_id = r.subject_id and r.adt <= x.infusiondt
    where exists (select 1 from meta.score_asked as a where a.study_id = x.study_id and a.infusion_number = x.infusion_number)
    qualify row_number() over (
        partition by x.study_id, x.subject_id, x.infusion_number, r.paramcd order by r.adt desc, r.srcseq
    ) = 1
),

counted as (
    select a.study_id, a.subject_id, a.infusion_number, a.score, a.moment, t.item, t.test, t.take,
        r.adt, r.low, r.high, r.is_exact, r.avalu, r.anrlo, r.anrhi, r.srcdom, r.srcvar, r.srcseq
    from asked as a
    inner join test_of as t on a.score = t.score
    inner join result as r
        on a.study_id = r.study_id and a.subject_id = r.subject_id and t.test = r.paramcd and r.adt between a.fromdt and a.todt
    qualify t.take = 'any' or r.adt = max(r.adt) over (
        partition by a.study_id, a.subject_id, a.infusion_number, a.score, a.moment, t.item, t.test
    )
),

-- one row per result and limit: the range of the limit, which is open where what it is a multiple of is not known
held_against as (
    select c.*, i.side, i.at_limit, i.points,
        case i.limit_of
            when '' then i.limitn
            when 'upper' then i.limitn * c.anrhi
            when 'lower' then i.limitn * c.anrlo
            when 'before' then i.limitn * b.low
            when 'upper_or_before' then i.limitn * greatest(c.anrhi, b.low)
        end as limit_low,
        case i.limit_of
            when '' then i.limitn
            when 'upper' then i.limitn * c.anrhi
            when 'lower' then i.limitn * c.anrlo
            when 'before' then i.limitn * b.high
            -- without a value before, the upper limit alone decides; without an upper limit nothing does
            when 'upper_or_before' then if(c.anrhi is null, null, i.limitn * greatest(c.anrhi, b.high))
        end as limit_high
    from counted as c
    inner join meta.score_item as i on c.score = i.score and c.item = i.item and c.test = i.test and i.kind = 'points'
    left join before as b
        on c.study_id = b.study_id and c.subject_id = b.subject_id and c.infusion_number = b.infusion_number and c.test = b.paramcd
),

-- a conversion rounds, so a value at the limit in another unit is one within 1e-12 of it
met as (
    select *,
        case
            when limit_high is null then false
            when side = 'above' then low > limit_high * if(at_limit, 1 - 1e-12, 1 + 1e-12) or (not is_exact and low >= limit_high * (1 - 1e-12))
            else high < limit_low * if(at_limit, 1 + 1e-12, 1 - 1e-12) or (not is_exact and high <= limit_low * (1 + 1e-12))
        end as is_met,
        case
            when limit_low is null then true
            when side = 'above' then high > limit_low * if(at_limit and is_exact, 1 - 1e-12, 1 + 1e-12)
            else low < limit_high * if(at_limit and is_exact, 1 + 1e-12, 1 - 1e-12)
        end as may_be_met
    from held_against
),

of_result as (
    select study_id, subject_id, infusion_number, score, moment, item, test, take, adt, srcdom, srcvar, srcseq,
        coalesce(max(points) filter (is_met), 0) as pointlo,
        coalesce(max(points) filter (may_be_met), 0) as pointhi
    from met
    group by all
),

of_test as (
    select study_id, subject_id, infusion_number, score, moment, item, test,
        if(take = 'any', max(pointlo), min(pointlo)) as pointlo,
        max(pointhi) as pointhi,
        arg_max(adt, pointlo) as adt, arg_max(srcseq, pointlo) as srcseq
    from of_result
    group by study_id, subject_id, infusion_number, score, moment, item, test, take
),

ranged as (
    select study_id, subject_id, infusion_number, score, moment, item, test, count(*) as resultn, min(low) as low, max(high) as high,
        any_value(avalu) as avalu, max(adt) as adt, any_value(srcdom) as srcdom, any_value(srcvar) as srcvar, min(srcseq) as srcseq
    from counted
    group by all
),

most as (
    select score, item, test, max(points) as points from meta.score_item group by all
),

course as (
    select study_id, subject_id, infusion_number, srcdom, srcvar, srcseq from adam.adex
),

final as (
    select
        a.study_id, a.site_id, a.subject_id, a.infusion_number, a.score, a.moment,
        t.item, t.test as paramcd,
        coalesce(r.resultn, 0) as resultn,
        r.low as valuelo,
        if(isinf(r.high), null, r.high) as valuehi,
        r.avalu,
        coalesce(o.adt, r.adt) as adt,
        coalesce(o.pointlo, if(m.points is null, null, 0)) as pointlo,
        coalesce(o.pointhi, m.points) as pointhi,
        coalesce(r.srcdom, x.srcdom) as srcdom,
        coalesce(r.srcvar, x.srcvar) as srcvar,
        coalesce(o.srcseq, r.srcseq, x.srcseq) as srcseq
    from asked as a
    inner join test_of as t on a.score = t.score
    inner join most as m on t.score = m.score and t.item = m.item and t.test = m.test
    inner join course as x
        on a.study_id = x.study_id and a.subject_id = x.subject_id and a.infusion_number = x.infusion_number
    left join ranged as r
        on a.study_id = r.study_id and a.subject_id = r.subject_id and a.infusion_number = r.infusion_number
        and a.score = r.score and a.moment = r.moment and t.item = r.item and t.test = r.test
    left join of_test as o
        on a.study_id = o.study_id and a.subject_id = o.subject_id and a.infusion_number = o.infusion_number
        and a.score = o.score and a.moment = o.moment and t.item = o.item and t.test = o.test
)

select * from final
