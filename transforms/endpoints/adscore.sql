-- Scores from laboratory results
-- grain:  one row per course of CAR-T cells and score asked for
-- source: adam.adscitem, adam.adex, cut.lymphodepletion; meta.score_asked, meta.score_item
-- rule:   points of items are added, values of a product multiplied and divided in the units of its formula. lowest takes what is not known for the least it can
--         be, highest for the most; the score itself and its group are blank where these differ. IEC-HS signs are present where ferritin and one more are
-- caveat: a product has no bound on the side on which a factor is not known
with item as (
    -- several tests to one item: the most points of any
    select study_id, site_id, subject_id, infusion_number, score, moment, item,
        max(pointlo) as pointlo, max(pointhi) as pointhi
    from adam.adscitem
    group by all
),

points as (
    select i.study_id, i.site_id, i.subject_id, i.infusion_number, i.score, i.moment,
        sum(i.pointlo) as lowest, sum(i.pointhi) as highest,
        coalesce(sum(i.pointlo) filter (r.required), 0) as neededlo, coalesce(sum(i.pointhi) filter (r.required), 0) as neededhi,
        coalesce(bool_or(r.required), false) as has_required,
        count(*) as itemn,
        count(*) filter (i.pointlo < i.pointhi) as openn,
        string_agg(i.item, ', ' order by i.item) filter (i.pointlo < i.pointhi) as openvar
    from item as i
    inner join (select distinct score, item, required from meta.score_item where kind = 'points') as r on i.score = r.score and i.item = r.item
    group by i.study_id, i.site_id, i.subject_id, i.infusion_number, i.score, i.moment
),

-- a factor that divides is least where its value is greatest; 0 divides nothing
factor as (
    select i.study_id, i.site_id, i.subject_id, i.infusion_number, i.score, i.moment, i.item,
        if(i.resultn = 0, null, if(f.power = 1, i.valuelo * f.factor, 1 / nullif(i.valuehi * f.factor, 0))) as low,
        if(i.resultn = 0, null, if(f.power = 1, i.valuehi * f.factor, 1 / nullif(i.valuelo * f.factor, 0))) as high
    from adam.adscitem as i
    inner join meta.score_item as f on i.score = f.score and i.item = f.item and i.paramcd = f.test and f.kind = 'product'
),

multiplied as (
    select study_id, site_id, subject_id, infusion_number, score, moment,
        if(count(low) = count(*), product(low), null) as lowest,
        if(count(high) = count(*), product(high), null) as highest,
        count(*) as itemn,
        count(*) filter (low is null or high is null or low < high) as openn,
        string_agg(item, ', ' order by item) filter (low is null or high is null or low < high) as openvar
    from factor
    group by all
),

scored as (
    select study_id, site_id, subject_id, infusion_number, score, moment, lowest, highest, neededlo, neededhi, has_required, itemn, openn, openvar
    from points
    union all by name
    select *, null as neededlo, null as neededhi, false as has_required from multiplied
),

started as (
    select study_id, subject_id, infusion_number, min(start_date) as startdt
    from cut.lymphodepletion
    group by all
),

final as (
    select
        s.study_id, s.site_id, s.subject_id, s.infusion_number, s.score, s.moment,
        if(a.starts_at = 'lymphodepletion', l.startdt, x.infusiondt) as refdt,
        if(s.lowest = s.highest, s.lowest, null) as aval,
        s.lowest, s.highest,
        case
            when s.has_required and s.neededlo > 0 and s.lowest > s.neededlo then 'present'
            when s.has_required and (s.neededhi = 0 or s.highest <= s.neededhi) then 'absent'
            when s.has_required or a.high is null then null
            when s.lowest >= a.high then 'high'
            when s.highest < a.high then 'low'
        end as avalcat1,
        s.itemn, s.openn, s.openvar,
        x.srcdom, x.srcvar, x.srcseq
    from scored as s
    inner join meta.score_asked as a
        on s.study_id = a.study_id and s.infusion_number = a.infusion_number and s.score = a.score and s.moment = a.moment
    inner join adam.adex as x
        on s.study_id = x.study_id and s.subject_id = x.subject_id and s.infusion_number = x.infusion_number
    left join started as l
        on s.study_id = l.study_id and s.subject_id = l.subject_id and s.infusion_number = l.infusion_number
)

select * from final
