-- Risk factors
-- grain:  one row per risk factor of the protocol and subject for whom it is known, or who was exposed to it
-- source: cut.subject, cut.baseline, cut.genomics, cut.lymphodepletion, cut.infusion and, for time-dependent
--         factors, cut.transplant, cut.consolidation, cut.milestone, cut.adverse_event
-- rule:   a named level takes the values the protocol lists; a cut makes two levels, `< cut` and `>= cut`; a value of which
--         only a limit is known, as <0.01, has the level that the limit decides, else none
-- caveat: knowndt is what the guard against immortal time compares with day 0; it is blank for facts known at
--         enrollment without a date of their own. A time-dependent factor has a row only for exposed subjects.
with subject_fact as (
    unpivot (
        select study_id, site_id, subject_id, record_id,
            cast(age_years as varchar) as age_years, sex, disease_status,
            coalesce(
                cast(marrow_blasts_pct as varchar),
                '<' || cast(marrow_blasts_pct_below as varchar), '>' || cast(marrow_blasts_pct_above as varchar)
            ) as marrow_blasts_pct,
            extramedullary_disease, high_risk_genetics, prior_transplant, prior_car_t
        from cut.subject
    )
    on age_years, sex, disease_status, marrow_blasts_pct, extramedullary_disease, high_risk_genetics,
        prior_transplant, prior_car_t
    into name source_name value fact
),

infusion_fact as (
    unpivot (
        select study_id, site_id, subject_id, infusion_number, infusion_date, record_id,
            target, cast(dose_1e5_per_kg as varchar) as dose_1e5_per_kg, cell_source,
            cast(viability_pct as varchar) as viability_pct, cast(transduction_pct as varchar) as transduction_pct
        from cut.infusion
    )
    on target, dose_1e5_per_kg, cell_source, viability_pct, transduction_pct
    into name source_name value fact
),

fact as (
    select study_id, site_id, subject_id, 'subject' as source_domain, source_name,
        cast(null as bigint) as infusion_number, fact as value, cast(null as date) as knowndt, record_id
    from subject_fact
    union all
    select study_id, site_id, subject_id, 'baseline', characteristic, null, value, null, record_id
    from cut.baseline
    union all
    select study_id, site_id, subject_id, 'genomics', finding, null, result, sample_date, record_id
    from cut.genomics
    where result <> 'not done'
    union all
    select study_id, site_id, subject_id, 'lymphodepletion', 'regimen', infusion_number, regimen, start_date, record_id
    from cut.lymphodepletion
    union all
    select study_id, site_id, subject_id, 'infusion', source_name, infusion_number, fact, infusion_date, record_id
    from infusion_fact
    union all
    select study_id, site_id, subject_id, 'transplant', transplant_type, null, 'yes', transplant_date, record_id
    from cut.transplant
    union all
    select study_id, site_id, subject_id, 'consolidation', treatment, null, 'yes', start_date, record_id
    from cut.consolidation
    union all
    select study_id, site_id, subject_id, 'milestone', milestone, null, 'yes', milestone_date, record_id
    from cut.milestone
    union all
    select study_id, site_id, subject_id, 'adverse_event', term, null, 'yes', start_date, record_id
    from cut.adverse_event
    where grade is null or grade > 0
),

-- one fact to one factor for what is known at day 0; the first exposure for what comes later
chosen as (
    select f.*, r.risk_factor, r.cut
    from meta.risk_factor as r
    inner join fact as f
        on r.study_id = f.study_id
        and r.source_domain = f.source_domain
        and (r.source_name is null or r.source_name = f.source_name)
        and (f.infusion_number is null or f.infusion_number = r.infusion_number)
    qualify row_number() over (
        partition by r.study_id, r.risk_factor, f.subject_id order by f.knowndt, f.record_id
    ) = 1
),

-- a limit in any width, with or without a percent sign: its side, whether it may be reached, its number
parsed as (
    select
        *,
        try_cast(value as double) as number,
        regexp_extract(
            replace(translate(value, '＜＞＝％≦≧', '<>=%≤≥'), ' ', ''),
            '^(<=?|≤|小于|低于|不足|>=?|≥|大于|高于|超过)([0-9]+[.]?[0-9]*(?:[eE][+-]?[0-9]+)?)%?$',
            ['sign', 'limit_number']
        ) as said
    from chosen
),

limited as (
    select
        *,
        said.sign in ('<', '<=', '≤', '小于', '低于', '不足') as is_below,
        said.sign in ('<=', '≤') as may_reach,
        try_cast(said.limit_number as double) as limit_number
    from parsed
),

final as (
    select
        c.study_id, c.site_id, c.subject_id, c.risk_factor, c.value,
        c.number as value_number,
        case
            when l.level is not null then l.level
            when c.cut is null then null
            when c.number >= c.cut or (not c.is_below and c.limit_number >= c.cut) then '>= ' || format('{:g}', c.cut)
            when c.number < c.cut or (c.is_below and (c.limit_number < c.cut or (c.limit_number = c.cut and not c.may_reach)))
                then '< ' || format('{:g}', c.cut)
        end as level,
        c.knowndt,
        c.source_domain as srcdom, c.source_name as srcvar, c.record_id as srcseq
    from limited as c
    left join meta.risk_level as l
        on c.study_id = l.study_id and c.risk_factor = l.risk_factor and c.value = l.value
)

select * from final
