-- Grades derived from what was found, beside the grade the site reports
-- grain:  one row per adverse event and grading scale by which its findings give a grade
-- source: cut.adverse_event; counts and chemistry from adam.adlb, adam.adex; limits of CTCAE from meta.ctcae_criterion and meta.ctcae_chemistry
-- rule:   ASTCT 2019: Lee et al., Biol Blood Marrow Transplant 2019;25:625. Lee 2014: Blood 2014;124:188. Penn: Porter
--         et al., J Hematol Oncol 2018;11:35. MAGIC: Harris et al., Biol Blood Marrow Transplant 2016;22:4. Each version of
--         CTCAE is a scale of its own.
-- caveat: a grade is a range where a finding of its scale is missing; Lee 2014 and Penn grade by organ toxicity too, of
--         which no finding is held, so that only their lowest grade is certain. Scales stand side by side, never pooled.
with support as (
    select
        *,
        case hypotension when 'none' then 0 when 'no vasopressor' then 1 when 'one vasopressor' then 2
            when 'multiple vasopressors' then 3 end as pressure,
        case hypoxia when 'none' then 0 when 'low-flow' then 1 when 'high-flow' then 2
            when 'positive pressure' then 3 end as oxygen
    from cut.adverse_event
    where term = 'CRS' and (hypotension is not null or hypoxia is not null)
),

-- fever makes grade 1; blood pressure and oxygen, whichever is worse, what is above
crs_astct as (
    select
        record_id, 'ASTCT 2019' as scale,
        case
            when greatest(pressure, oxygen) > 0 then 1 + greatest(pressure, oxygen)
            when highest_temperature_c < 38 then 0
            else 1
        end as lowest,
        case
            when pressure is null or oxygen is null then 4
            when greatest(pressure, oxygen) > 0 then 1 + greatest(pressure, oxygen)
            when highest_temperature_c < 38 then 0
            else 1
        end as highest
    from support
),

-- grade 2: fluids, one vasopressor in low dose, oxygen below 40 %; grade 3: several vasopressors, pressure ventilation
crs_lee as (
    select
        record_id, 'Lee 2014' as scale,
        case
            when pressure = 3 or oxygen = 3 then 3
            when greatest(pressure, oxygen) > 0 then 2
            else 1
        end as lowest,
        4 as highest
    from support
),

-- grade 3: fluids or vasopressors for hypotension, or any oxygen
crs_penn as (
    select record_id, 'Penn' as scale, if(greatest(pressure, oxygen) > 0, 3, 1) as lowest, 4 as highest
    from support
),

-- the worst of five findings
neurotoxicity as (
    select
        record_id,
        case when ice_score >= 10 then 0 when ice_score >= 7 then 1 when ice_score >= 3 then 2 when ice_score >= 0 then 3
            end as by_score,
        case consciousness when 'awake' then 0 when 'spontaneous' then 1 when 'to voice' then 2 when 'to touch' then 3
            when 'unarousable' then 4 end as by_consciousness,
        case seizure when 'none' then 0 when 'resolved' then 3 when 'prolonged' then 4 end as by_seizure,
        case deep_motor_weakness when 'no' then 0 when 'yes' then 4 end as by_weakness,
        case cerebral_edema when 'none' then 0 when 'focal' then 3 when 'diffuse' then 4 end as by_edema
    from cut.adverse_event
    where term = 'ICANS'
),

icans_astct as (
    select
        record_id, 'ASTCT 2019' as scale,
        greatest(by_score, by_consciousness, by_seizure, by_weakness, by_edema) as lowest,
        if(
            by_score + by_consciousness + by_seizure + by_weakness + by_edema is null, 4,
            greatest(by_score, by_consciousness, by_seizure, by_weakness, by_edema)
        ) as highest
    from neurotoxicity
    where greatest(by_score, by_consciousness, by_seizure, by_weakness, by_edema) is not null
),

-- once with every missing stage as 0, once as the worst there is
staged as (
    select record_id, 'lowest' as bound, coalesce(skin_stage, 0) as skin, coalesce(liver_stage, 0) as liver,
        coalesce(upper_gi_stage, 0) as upper_gi, coalesce(lower_gi_stage, 0) as lower_gi
    from cut.adverse_event
    where term = 'acute GVHD' and coalesce(skin_stage, liver_stage, upper_gi_stage, lower_gi_stage) is not null
    union all
    select record_id, 'highest', coalesce(skin_stage, 4), coalesce(liver_stage, 4),
        coalesce(upper_gi_stage, 1), coalesce(lower_gi_stage, 4)
    from cut.adverse_event
    where term = 'acute GVHD' and coalesce(skin_stage, liver_stage, upper_gi_stage, lower_gi_stage) is not null
),

gvhd_graded as (
    select
        record_id, bound,
        case
            when greatest(skin, liver, lower_gi) = 4 then 4
            when greatest(liver, lower_gi) >= 2 then 3
            when skin = 3 or greatest(liver, upper_gi, lower_gi) = 1 then 2
            when skin >= 1 then 1
            else 0
        end as grade
    from staged
),

gvhd_magic as (
    select record_id, 'MAGIC' as scale,
        max(grade) filter (bound = 'lowest') as lowest, max(grade) filter (bound = 'highest') as highest
    from gvhd_graded
    group by all
),

-- many counts to one event, reduced to the lowest of its days; one reported as a limit lies below it, where it is one
nadir as (
    select
        a.record_id, a.term, a.grading_scale as scale,
        min(l.aval) as aval,
        -- a conversion rounds, so a limit in another unit is one within 1e-12 of it
        min(l.avalhi) * (1 - 1e-12) as below,
        count(coalesce(l.aval, l.avallo, l.avalhi)) as counts
    from cut.adverse_event as a
    inner join adam.adlb as l
        on a.study_id = l.study_id and a.subject_id = l.subject_id
        and l.adt between a.start_date and coalesce(a.end_date, a.start_date)
    inner join (select distinct scale, term, test from meta.ctcae_criterion) as c
        on a.grading_scale = c.scale and a.term = c.term and l.paramcd = c.test
    where l.avalu <> '%'
    group by all
),

counts_ctcae as (
    select n.record_id, n.scale,
        coalesce(max(c.grade) filter (n.aval < c.limitn or n.below <= c.limitn), 0) as lowest,
        4 as highest
    from nadir as n
    inner join meta.ctcae_criterion as c on n.scale = c.scale and n.term = c.term
    where n.counts > 0
    group by all
),

-- the last value of each test up to the first infusion
before as (
    select l.study_id, l.subject_id, l.paramcd, l.aval
    from adam.adlb as l
    inner join adam.adex as x on l.study_id = x.study_id and l.subject_id = x.subject_id and x.infusion_number = 1
    where l.adt <= x.infusiondt and l.aval is not null
        and l.paramcd in (select test from meta.ctcae_chemistry)
    qualify row_number() over (partition by l.study_id, l.subject_id, l.paramcd order by l.adt desc, l.srcseq) = 1
),

-- many results to one event, each against each limit; one without its limit of normal meets none. A conversion rounds, as above
chemistry as (
    select a.record_id, a.grading_scale as scale, c.grade, c.side, l.aval, l.avallo, l.avalhi,
        c.limitn * case c.limit_of
            when '' then 1
            when 'upper' then l.anrhi
            when 'lower' then l.anrlo
            when 'before' then b.aval
            when 'upper_or_before' then if(l.anrhi is null, null, greatest(l.anrhi, b.aval))
            when 'before_if_high' then if(b.aval > l.anrhi, b.aval, null)
            when 'before_if_low' then if(b.aval < l.anrlo, b.aval, null)
            when 'upper_if_before_not_high' then if(b.aval > l.anrhi, null, l.anrhi)
        end as limitn
    from cut.adverse_event as a
    inner join meta.ctcae_chemistry as c on a.grading_scale = c.scale and a.term = c.term
    inner join adam.adlb as l
        on a.study_id = l.study_id and a.subject_id = l.subject_id and c.test = l.paramcd
        and l.adt between a.start_date and coalesce(a.end_date, a.start_date)
    left join before as b on l.study_id = b.study_id and l.subject_id = b.subject_id and l.paramcd = b.paramcd
    where coalesce(l.aval, l.avallo, l.avalhi) is not null
),

chemistry_ctcae as (
    select record_id, scale,
        coalesce(max(grade) filter (
            if(side = 'above', aval > limitn * (1 + 1e-12) or avallo >= limitn * (1 - 1e-12), aval < limitn * (1 - 1e-12) or avalhi <= limitn * (1 + 1e-12))
        ), 0) as lowest,
        4 as highest
    from chemistry
    group by all
),

derived as (
    select * from crs_astct
    union all select * from crs_lee
    union all select * from crs_penn
    union all select * from icans_astct
    union all select * from gvhd_magic
    union all select * from counts_ctcae
    union all select * from chemistry_ctcae
),

final as (
    select
        a.study_id, a.site_id, a.subject_id,
        a.term as aeterm,
        d.scale,
        d.lowest, d.highest,
        a.grade as atoxgr,
        a.grading_scale as atoxscale,
        -- grade 5 is death, of which the findings say nothing
        case
            when a.grading_scale <> d.scale or a.grade is null or a.grading_scale is null then null
            when a.grade = 5 or a.grade between d.lowest and d.highest then 'Y'
            else 'N'
        end as agreefl,
        'adverse_event' as srcdom, 'grade' as srcvar, a.record_id as srcseq
    from derived as d
    inner join cut.adverse_event as a on d.record_id = a.record_id
)

select * from final
