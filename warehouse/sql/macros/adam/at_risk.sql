-- Subjects at risk at given months, as printed below a curve
-- parameters: study, endpoint, months := [0, 6, 12, 24, 36], by_factor := ''
-- grain:  one row per level and month asked for
-- source: adam.time_to_event
-- rule:   at risk are those with T >= t, as survfit and SAS count
-- example: from adam.at_risk('pan2020_seq1922_paed', 'lfs', [0, 12, 24])
with subject as (
    from adam.time_to_event(study, endpoint, by_factor := by_factor)
)

select
    endpoint as paramcd,
    by_factor as risk_factor,
    s.group_level,
    cast(a.time_months as double) as time_months,
    count(*) filter (s.days >= a.time_months * {days_per_month}) as at_risk
from subject as s
cross join (select unnest(months) as time_months) as a
group by s.group_level, a.time_months
order by s.group_level, a.time_months
