-- Which core records each row of an endpoint table rests on
-- grain:  one row per endpoint row, column of it (empty for the row as a whole) and record it rests on
-- source: adam.*; the records named by srcdom, srcvar and srcseq, and those that give day 0
-- caveat: srcvar is the column of the core table; where an endpoint table names a characteristic, it is the column of its value
with origin as (
    select t.study_id, t.endpoint_table, t.paramcd, t.subject_id, o.srcdom, o.srcvar, o.srcseq,
        t.evntdesc || ' on day ' || t.aval as endpoint_value
    from (
        select 'adam.adtte' as endpoint_table, study_id, paramcd, subject_id, origin, evntdesc, aval from adam.adtte
        union all
        select 'adam.adttealt', study_id, paramcd, subject_id, origin, evntdesc, aval from adam.adttealt
    ) as t
    inner join adam.adorigin as o
        on t.study_id = o.study_id and t.origin = o.origin and t.subject_id = o.subject_id
),

ended as (
    select 'adam.adtte' as endpoint_table, study_id, paramcd, subject_id, srcdom, srcvar, srcseq,
        evntdesc || ' on day ' || aval as endpoint_value
    from adam.adtte
    union all
    select 'adam.adttealt', study_id, paramcd, subject_id, srcdom, srcvar, srcseq, evntdesc || ' on day ' || aval
    from adam.adttealt
),

time_to_event as (
    select study_id, endpoint_table, subject_id, paramcd || '|' || subject_id as endpoint_key, '' as endpoint_column,
        endpoint_value, srcdom, srcvar, srcseq
    from (from origin union all by name from ended)
    union all
    -- of whom it is unknown whether the event happened: what was last seen
    select e.study_id, e.endpoint_table, e.subject_id, e.paramcd || '|' || e.subject_id, 'unkfl',
        e.endpoint_value, e.srcdom, e.srcvar, e.srcseq
    from ended as e
    inner join adam.adtte as t on e.study_id = t.study_id and e.paramcd = t.paramcd and e.subject_id = t.subject_id
    where e.endpoint_table = 'adam.adtte' and t.unkfl = 'Y'
),

-- a stay rests on the record that ended it, and on the one that brought the subject there: the end of the stay before, or day 0
stay as (
    select study_id, subject_id, concat_ws('|', model, subject_id, stayn) as endpoint_key,
        state || ', day ' || entrydy || ' to ' || exitdy || coalesce(', then ' || nextstat, '') as endpoint_value,
        srcdom, srcvar, srcseq
    from adam.adstate
    union all
    select s.study_id, s.subject_id, concat_ws('|', s.model, s.subject_id, s.stayn), s.state || ' from day ' || s.entrydy,
        coalesce(b.srcdom, o.srcdom), coalesce(b.srcvar, o.srcvar), coalesce(b.srcseq, o.srcseq)
    from adam.adstate as s
    left join adam.adstate as b
        on s.study_id = b.study_id and s.model = b.model and s.subject_id = b.subject_id and s.stayn = b.stayn + 1
    inner join adam.adorigin as o
        on s.study_id = o.study_id and s.origin = o.origin and s.subject_id = o.subject_id
),

in_state as (
    select study_id, subject_id, endpoint_key, unnest(['', 'state', 'nextstat']) as endpoint_column, endpoint_value, srcdom, srcvar, srcseq
    from stay
),

response as (
    select study_id, subject_id, subject_id || '|' || infusion_number as endpoint_key,
        unnest(['', 'mrdnegfl', 'laterdt']) as endpoint_column,
        case endpoint_column when '' then avalc when 'laterdt' then cast(laterdt as varchar) else mrd_status end as endpoint_value,
        srcdom, case endpoint_column when 'mrdnegfl' then 'mrd_status' else 'response' end as srcvar, srcseq
    from adam.adrs
    where srcseq is not null
    union all
    -- the window is counted from the infusion, which is all there is where nothing was assessed
    select r.study_id, r.subject_id, r.subject_id || '|' || r.infusion_number, unnest(['', 'mrdnegfl', 'laterdt']), r.avalc,
        i.srcdom, i.srcvar, i.srcseq
    from adam.adrs as r
    inner join adam.adex as i
        on r.study_id = i.study_id and r.subject_id = i.subject_id and r.infusion_number = i.infusion_number
),

subject as (
    unpivot (
        select s.study_id, s.subject_id, c.record_id, s.subject_id as whole,
            cast(s.enrldt as varchar) as enrldt, cast(s.age as varchar) as age, s.sex
        from adam.adsl as s
        inner join core.subject as c on s.study_id = c.study_id and s.subject_id = c.subject_id and c.valid_to is null
    )
    on whole, enrldt, age, sex
    into name endpoint_column value endpoint_value
),

-- the infusions of a course: those of its number, and those the protocol counts as part of it
infusion as (
    select x.study_id, x.subject_id, i.record_id, x.infusion_number, s.infn, s.infusion_interval_days,
        i.dose_1e5_per_kg as dose, i.viability_pct as viability, i.transduction_pct as transduction
    from adam.adex as x
    inner join adam.adsl as s on x.study_id = s.study_id and x.subject_id = s.subject_id
    inner join core.infusion as i on x.study_id = i.study_id and x.subject_id = i.subject_id and i.valid_to is null
    left join meta.planned_infusion as p on i.study_id = p.study_id and i.infusion_number = p.infusion_number
    where i.record_id = x.srcseq
        or (
            x.infusion_number in (i.infusion_number, p.course_of)
            and (i.infusion_date is null or i.infusion_date between x.firstdt and x.lastdt)
        )
),

-- the event that gave each date of adsl; of several on its day one stands for all
dated as (
    select s.study_id, s.subject_id, d.endpoint_column, cast(h.eventdt as varchar) as endpoint_value,
        h.srcdom, h.srcvar, h.srcseq
    from adam.adsl as s
    cross join (
        values ('hsctdt', 'transplant'), ('relapsedt', 'relapse'), ('dthdt', 'death'), ('lstalvdt', 'contact')
    ) as d (endpoint_column, happening)
    inner join adam.adevent as h
        on s.study_id = h.study_id and s.subject_id = h.subject_id and d.happening = h.happening
        and h.eventdt = case d.endpoint_column when 'hsctdt' then s.hsctdt when 'relapsedt' then s.relapsedt
            when 'dthdt' then s.dthdt else s.lstalvdt end
    qualify row_number() over (
        partition by s.study_id, s.subject_id, d.endpoint_column order by h.srcdom, h.srcseq
    ) = 1
),

-- the report adsl takes site and antigens of the first relapse from: of several of that day, the first by id
relapse as (
    select s.study_id, s.subject_id, r.record_id, s.relsite, s.relcd19, s.relcd22
    from adam.adsl as s
    inner join core.relapse as r
        on s.study_id = r.study_id and s.subject_id = r.subject_id and s.relapsedt = r.relapse_date and r.valid_to is null
    qualify row_number() over (partition by s.study_id, s.subject_id order by r.record_id) = 1
),

lost as (
    select study_id, subject_id, unnest(['relsite', 'relcd19', 'relcd22']) as endpoint_column,
        unnest([relsite, relcd19, relcd22]) as endpoint_value, 'relapse' as srcdom,
        unnest(['relapse_site', 'cd19_status', 'cd22_status']) as srcvar, record_id as srcseq
    from relapse
    union all
    select s.study_id, s.subject_id, 'dthcaus', s.dthcaus, 'death', 'cause', d.record_id
    from adam.adsl as s
    inner join core.death as d
        -- a death whose day is not known counts on one within its bounds
        on s.study_id = d.study_id and s.subject_id = d.subject_id and coalesce(s.dthdt = d.death_date, true)
        and d.valid_to is null and s.dthdt is not null
),

of_subject as (
    select study_id, subject_id, subject_id as endpoint_key, case endpoint_column when 'whole' then '' else endpoint_column end as endpoint_column,
        endpoint_value, 'subject' as srcdom,
        case endpoint_column when 'whole' then 'subject_id' when 'enrldt' then 'enrollment_date'
            when 'age' then 'age_years' else 'sex' end as srcvar,
        record_id as srcseq
    from subject
    union all
    select study_id, subject_id, subject_id, 'infn', 'infusion ' || infusion_number || ' of ' || infn, 'infusion', 'infusion_date', record_id
    from infusion
    union all
    select study_id, subject_id, subject_id, 'dose0' || infusion_number, cast(dose as varchar), 'infusion', 'dose_1e5_per_kg', record_id
    from infusion
    union all
    select study_id, subject_id, subject_id, 'viab0' || infusion_number, cast(viability as varchar), 'infusion', 'viability_pct', record_id
    from infusion
    union all
    select study_id, subject_id, subject_id, 'tran0' || infusion_number, cast(transduction as varchar), 'infusion', 'transduction_pct', record_id
    from infusion
    union all
    select study_id, subject_id, subject_id, 'infusion_interval_days', infusion_interval_days || ' days', 'infusion', 'infusion_date', record_id
    from infusion
    where infusion_number <= 2
    union all
    select study_id, subject_id, subject_id, endpoint_column, endpoint_value, srcdom, srcvar, srcseq
    from dated
    union all
    select study_id, subject_id, subject_id, endpoint_column, endpoint_value, srcdom, srcvar, srcseq
    from lost
),

course as (
    select study_id, subject_id, subject_id || '|' || infusion_number as endpoint_key, '' as endpoint_column,
        'infusion ' || infusion_number as endpoint_value, 'infusion' as srcdom,
        unnest(['infusion_number', 'infusion_date', 'target']) as srcvar, record_id as srcseq
    from infusion
),

step as (
    select study_id, subject_id, concat_ws('|', subject_id, dsdecod, infusion_number) as endpoint_key,
        '' as endpoint_column, dsdecod || coalesce(': ' || dsreas, '') as endpoint_value, srcdom, srcvar, srcseq
    from adam.adds
),

-- who belongs to a population, by the subject's own record; what decides it stands in the tables it is derived from
population as (
    select p.study_id, p.subject_id, concat_ws('|', p.population, p.subject_id) as endpoint_key, '' as endpoint_column,
        p.population || ': ' || p.popfl || coalesce(', ' || p.exclcd, '') as endpoint_value,
        'subject' as srcdom, 'subject_id' as srcvar, c.record_id as srcseq
    from adam.adpop as p
    inner join core.subject as c on p.study_id = c.study_id and p.subject_id = c.subject_id and c.valid_to is null
),

dose as (
    select study_id, subject_id, subject_id || '|' || infusion_number as endpoint_key, 'dose' as endpoint_column,
        cast(dose as varchar) as endpoint_value, 'infusion' as srcdom, 'dose_1e5_per_kg' as srcvar, record_id as srcseq
    from infusion
),

adverse_event as (
    select study_id, subject_id, srcseq as endpoint_key,
        unnest(['', '', 'astdy', 'adurn', 'adurn']) as endpoint_column,
        unnest(['grade', 'term', 'start_date', 'start_date', 'end_date']) as srcvar,
        case endpoint_column when 'astdy' then 'day ' || astdy when 'adurn' then adurn || ' days'
            else aeterm || coalesce(', grade ' || atoxgr, '') end as endpoint_value,
        srcdom, srcseq
    from adam.adae
),

risk as (
    select study_id, subject_id, risk_factor || '|' || subject_id as endpoint_key, '' as endpoint_column,
        coalesce(level, value) as endpoint_value, srcdom,
        case srcdom when 'baseline' then 'value' when 'genomics' then 'result' when 'transplant' then 'transplant_date'
            when 'consolidation' then 'start_date' when 'milestone' then 'milestone_date'
            when 'adverse_event' then 'start_date' else srcvar end as srcvar,
        srcseq
    from adam.adrisk
),

kinetics as (
    select
        p.study_id, p.subject_id,
        concat_ws('|', p.subject_id, p.infusion_number, p.assay, p.matrix, p.quantity, p.paramcd) as endpoint_key,
        '' as endpoint_column,
        coalesce(p.param || ' ' || p.aval || ' ' || p.avalu, p.param || ' not estimable') as endpoint_value,
        s.srcdom, s.srcvar, s.srcseq
    from adam.adck as p
    inner join adam.adcks as s
        on p.study_id = s.study_id and p.subject_id = s.subject_id and p.infusion_number = s.infusion_number
        and p.assay = s.assay and p.matrix = s.matrix and p.quantity = s.quantity
        and (s.untildy is null or s.ckdy < s.untildy)
),

-- a grade of hematotoxicity rests on the infusion its days are counted from, and on each count of its phase
phase_of_counts as (
    select study_id, subject_id, infusion_number, paramcd, startdt, enddt, 'adam.adht' as endpoint_table,
        concat_ws('|', subject_id, infusion_number, scheme, phase) as endpoint_key,
        unnest(['', 'grade', 'lowest', 'highest']) as endpoint_column,
        scheme || ', ' || phase || coalesce(', grade ' || grade, ', grade open') as endpoint_value
    from adam.adht
    union all
    select study_id, subject_id, infusion_number, paramcd, startdt, enddt, 'adam.adhtday',
        concat_ws('|', subject_id, infusion_number, scheme, phase, limitn), 'daybr',
        daybr || ' days, limit ' || limitn || ' ' || limitu
    from adam.adhtday
),

hematotoxicity as (
    select p.study_id, p.endpoint_table, p.subject_id, p.endpoint_key, p.endpoint_column, p.endpoint_value, l.srcdom, l.srcvar, l.srcseq
    from phase_of_counts as p
    inner join adam.adlb as l
        on p.study_id = l.study_id and p.subject_id = l.subject_id and p.paramcd = l.paramcd
        and l.adt between p.startdt and p.enddt
    union all
    select p.study_id, p.endpoint_table, p.subject_id, p.endpoint_key, p.endpoint_column, p.endpoint_value, x.srcdom, x.srcvar, x.srcseq
    from phase_of_counts as p
    inner join adam.adex as x
        on p.study_id = x.study_id and p.subject_id = x.subject_id and p.infusion_number = x.infusion_number
),

-- whether a count had recovered rests on the infusion its day is counted from, on the sample that decides and on what ended being at risk
of_recovery as (
    select c.study_id, c.subject_id, concat_ws('|', c.subject_id, c.infusion_number, c.askdy, c.paramcd) as endpoint_key,
        unnest(['', 'state']) as endpoint_column,
        'day ' || c.askdy || ', ' || c.paramcd || ': ' || c.state as endpoint_value, r.srcdom, r.srcvar, r.srcseq
    from adam.adcyto as c
    inner join (
        select study_id, subject_id, infusion_number, askdy, paramcd, srcdom, srcvar, srcseq from adam.adcyto
        union
        -- any of them rests on each of them
        select study_id, subject_id, infusion_number, askdy, 'any', srcdom, srcvar, srcseq from adam.adcyto
        union
        select a.study_id, a.subject_id, a.infusion_number, a.askdy, a.paramcd, x.srcdom, x.srcvar, x.srcseq
        from adam.adcyto as a
        inner join adam.adex as x
            on a.study_id = x.study_id and a.subject_id = x.subject_id and a.infusion_number = x.infusion_number
    ) as r using (study_id, subject_id, infusion_number, askdy, paramcd)
),

-- support rests on the infusion its period is counted from and on each record of it, which may be of any period
of_care as (
    select c.study_id, c.subject_id, concat_ws('|', c.subject_id, c.infusion_number, c.period, c.treatment) as endpoint_key,
        unnest(['', 'state', 'daylo', 'dayhi']) as endpoint_column,
        'days ' || c.period || ', ' || c.treatment || ': ' || c.state as endpoint_value, r.srcdom, r.srcvar, r.srcseq
    from adam.adcare as c
    inner join (
        select study_id, subject_id, infusion_number, period, treatment, srcdom, srcvar, srcseq from adam.adcare
        union
        select a.study_id, a.subject_id, a.infusion_number, a.period, a.treatment, x.srcdom, x.srcvar, x.srcseq
        from adam.adcare as a
        inner join adam.adex as x
            on a.study_id = x.study_id and a.subject_id = x.subject_id and a.infusion_number = x.infusion_number
        union
        select a.study_id, a.subject_id, a.infusion_number, a.period, a.treatment, 'treatment', 'start_date', t.record_id
        from adam.adcare as a
        inner join core.treatment as t
            on a.study_id = t.study_id and a.subject_id = t.subject_id and a.treatment = t.treatment and a.state in ('given', 'unknown')
    ) as r using (study_id, subject_id, infusion_number, period, treatment)
),

-- a score rests on the infusion it goes with, and on each result that counts for its items
scored as (
    select s.study_id, s.subject_id, concat_ws('|', s.subject_id, s.infusion_number, s.score, s.moment) as endpoint_key,
        unnest(['', 'aval', 'avalcat1']) as endpoint_column,
        s.score || coalesce(' ' || s.aval, ' open') as endpoint_value, r.srcdom, r.srcvar, r.srcseq
    from adam.adscore as s
    inner join (
        select study_id, subject_id, infusion_number, score, moment, srcdom, srcvar, srcseq from adam.adscitem
        union
        select study_id, subject_id, infusion_number, score, moment, srcdom, srcvar, srcseq from adam.adscore
    ) as r using (study_id, subject_id, infusion_number, score, moment)
),

of_axis as (
    select study_id, 'adam.adtime' as endpoint_table, subject_id, concat_ws('|', subject_id, kind, srcdom, srcseq) as endpoint_key,
        '' as endpoint_column, kind || coalesce(' ' || what, '') as endpoint_value, srcdom, srcvar, srcseq
    from adam.adtime
    union all
    select study_id, 'adam.adcal', subject_id, concat_ws('|', subject_id, visitn), '',
        'month ' || months || ' ' || state, srcdom, srcvar, srcseq
    from adam.adcal
    union all
    select study_id, 'adam.adv2v', subject_id, concat_ws('|', subject_id, infusion_number),
        unnest(['', 'state', 'dsreas', 'aphdt', 'bridgfl', 'specfl', 'attemptn', 'viab', 'tran', 'vcn', 'cd4', 'memory', 'enaphdy', 'aphreldy', 'relinfdy', 'aphinfdy', 'eninfdy']),
        state, srcdom, srcvar, srcseq
    from adam.adv2v
    union all
    select study_id, 'adam.adscitem', subject_id, concat_ws('|', subject_id, infusion_number, score, moment, item, paramcd), '',
        score || ', ' || item, srcdom, srcvar, srcseq
    from adam.adscitem
),

final as (
    from time_to_event
    union all by name
    select *, 'adam.adscore' as endpoint_table from scored
    union all by name
    select *, 'adam.adcyto' as endpoint_table from of_recovery
    union all by name
    select *, 'adam.adcare' as endpoint_table from of_care
    union all by name
    from of_axis
    union all by name
    from hematotoxicity
    union all by name
    select *, 'adam.adstate' as endpoint_table from in_state
    union all by name
    select *, 'adam.adrs' as endpoint_table from response
    union all by name
    select *, 'adam.adsl' as endpoint_table from of_subject
    union all by name
    select *, 'adam.adex' as endpoint_table from (from course union all by name from dose)
    union all by name
    select *, 'adam.adds' as endpoint_table from step
    union all by name
    select *, 'adam.adpop' as endpoint_table from population
    union all by name
    select *, 'adam.adae' as endpoint_table from adverse_event
    union all by name
    select *, 'adam.adrisk' as endpoint_table from risk
    union all by name
    select *, 'adam.adck' as endpoint_table from kinetics
)

select distinct study_id, endpoint_table, endpoint_key, endpoint_column, subject_id, endpoint_value, srcdom, srcvar, srcseq
from final
