-- Subjects at risk at given months, as printed below a curve
-- parameters: study, endpoint, months := [0, 6, 12, 24, 36], by_factor := ''
-- grain:  one row per level and month asked for
-- source: adam.adtte; levels from adam.adrisk, by_factor being the name or the label of a risk factor
-- rule:   at risk are those with T >= t, as survfit and SAS count
-- example: from adam.at_risk('pan2020_seq1922_paed', 'lfs', [0, 12, 24])
with subject as (
    select t.subject_id, t.aval as days, coalesce(f.level, '') as group_level
    from adam.adtte as t
    left join (
        select r.study_id, r.subject_id, r.level
        from adam.adrisk as r
        where r.risk_factor in (
            select m.risk_factor from meta.risk_factor as m
            where m.study_id = study and by_factor in (m.risk_factor, m.label)
        )
    ) as f on t.study_id = f.study_id and t.subject_id = f.subject_id
    where t.study_id = study and t.paramcd = endpoint and (by_factor = '' or f.level is not null)
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    s.group_level,
    cast(a.time_months as double) as time_months,
    count(*) filter (s.days >= a.time_months * 30.4375) as at_risk
from subject as s
cross join (select unnest(months) as time_months) as a
group by s.group_level, a.time_months
order by s.group_level, a.time_months
