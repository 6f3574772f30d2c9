-- Days to the event of an endpoint or to censoring, for all subjects or with the level of a risk factor that each is of
-- parameters: study, endpoint, by_factor := ''
-- grain:  one row per subject; with by_factor, per subject whose level is known
-- source: adam.adtte; levels from adam.adrisk, by_factor being the name or the label of a risk factor
-- example: from adam.time_to_event('pan2020_seq1922_paed', 'lfs')
select t.study_id, t.paramcd, t.subject_id, coalesce(f.level, '') as group_level, t.aval as days, t.event
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
