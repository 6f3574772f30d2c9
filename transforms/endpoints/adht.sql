-- Grades of hematotoxicity by depth and duration of low counts
-- grain:  one row per course, scheme of grades and phase, of who was seen to the first day of the phase without what ends it
-- source: adam.adhtday, adam.adlb; meta.count_criterion and meta.hematotoxicity
-- rule:   a grade is the highest one whose criterion is met. lowest takes days of which nothing is known for days above each limit, highest for days
--         at or below it; the grade itself fills short stretches without samples by a straight line, and is blank where those that are too long for it
--         could change it, or where fewer days were sampled than a criterion needs. Days are all of them, or those of the longest stretch, as the
--         protocol says
with met as (
    select d.study_id, d.subject_id, d.infusion_number, d.scheme, d.phase, c.grade, c.samples, d.sampldn,
        u.way,
        (c.days is null or if(h.counted = 'longest', u.longest, u.days) >= c.days)
        -- at worst, days without a decisive sample had one that counts
        and (c.samples is null or d.belowdn + if(u.way = 'hi', d.dayn - d.sampldn, 0) >= c.samples)
        and (c.never_above_from is null or u.never = 'Y') as is_met
    from adam.adhtday as d
    inner join meta.hematotoxicity as h
        on d.study_id = h.study_id and d.infusion_number = h.infusion_number and d.scheme = h.scheme
    inner join meta.count_criterion as c on d.scheme = c.scheme and d.phase = c.phase and d.limitn = c.limitn
    cross join lateral unnest([
        {'way': 'lo', 'days': d.daylo, 'longest': d.runlo, 'never': d.neverlo},
        {'way': 'hi', 'days': d.dayhi, 'longest': d.runhi, 'never': d.neverhi},
        {'way': 'br', 'days': d.daybr, 'longest': d.runbr, 'never': d.neverbr},
        {'way': 'bh', 'days': d.daybh, 'longest': d.runbh, 'never': d.neverbh}
    ]) as way (u)
),

graded as (
    select study_id, subject_id, infusion_number, scheme, phase,
        coalesce(max(grade) filter (is_met and way = 'lo'), 0) as lowest,
        coalesce(max(grade) filter (is_met and way = 'hi'), 0) as highest,
        coalesce(max(grade) filter (is_met and way = 'br'), 0) as by_line,
        coalesce(max(grade) filter (is_met and way = 'bh'), 0) as by_line_at_worst,
        coalesce(bool_and(sampldn >= samples) filter (samples is not null), true) as enough
    from met
    group by all
),

phase_of as (
    select study_id, site_id, subject_id, infusion_number, infusiondt, scheme, phase, paramcd, startdt, enddt, endrsn,
        any_value(dayn) as dayn, min(sampldn) as sampldn, max(gapdn) as gapdn, any_value(limitu) as limitu,
        any_value(srcdom) as srcdom, any_value(srcvar) as srcvar, any_value(srcseq) as srcseq
    from adam.adhtday
    group by all
),

-- many samples to one lowest
nadir as (
    select p.study_id, p.subject_id, p.infusion_number, p.scheme, p.phase, coalesce(l.aval, l.avalhi) as nadir, l.adt, l.srcdom, l.srcvar, l.srcseq
    from phase_of as p
    inner join adam.adlb as l
        on p.study_id = l.study_id and p.subject_id = l.subject_id and p.paramcd = l.paramcd
        and l.adt between p.startdt and p.enddt and l.avalu = p.limitu
        and coalesce(l.matrix, 'blood') = 'blood' and coalesce(l.aval, l.avalhi) is not null
    qualify row_number() over (
        partition by p.study_id, p.subject_id, p.infusion_number, p.scheme, p.phase order by coalesce(l.aval, l.avalhi), l.adt, l.srcseq
    ) = 1
),

final as (
    select
        p.study_id, p.site_id, p.subject_id, p.infusion_number, p.infusiondt,
        p.scheme, p.phase, p.paramcd,
        -- late counts are graded by what was measured alone
        if(g.enough and g.by_line = g.by_line_at_worst, g.by_line, null) as grade,
        g.lowest, g.highest,
        p.startdt, p.enddt, p.endrsn, p.dayn, p.sampldn, p.gapdn,
        n.nadir,
        p.limitu as nadiru,
        n.adt as nadirdt,
        coalesce(n.srcdom, p.srcdom) as srcdom,
        coalesce(n.srcvar, p.srcvar) as srcvar,
        coalesce(n.srcseq, p.srcseq) as srcseq
    from phase_of as p
    inner join graded as g using (study_id, subject_id, infusion_number, scheme, phase)
    left join nadir as n using (study_id, subject_id, infusion_number, scheme, phase)
)

select * from final
