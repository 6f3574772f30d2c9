-- Results that differ between two nights, counted by study
-- grain:  one row per study with a difference
-- source: results.analysis of both, attached as night_before and night_after
with compared as (
    select
        coalesce(a.study_id, b.study_id) as study_id,
        b.result_id is null as came,
        a.result_id is null as went,
        (a.estimate is distinct from b.estimate)
        or (a.ci_low is distinct from b.ci_low)
        or (a.ci_high is distinct from b.ci_high)
        or (a.p_value is distinct from b.p_value)
        or (a.n is distinct from b.n)
        or (a.events is distinct from b.events)
        or (a.status is distinct from b.status) as differs
    from night_before.results.analysis as b
    full join night_after.results.analysis as a on b.study_id = a.study_id and b.result_id = a.result_id
)

select
    study_id,
    count(*) filter (where differs and not came and not went) as moved,
    count(*) filter (where came) as came,
    count(*) filter (where went) as went
from compared
where differs or came or went
group by study_id
order by study_id
