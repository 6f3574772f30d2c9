-- check: infused, evaluable, enrolled and died are the same subjects in every table, figure and flow of a study
-- tables: results.analysis
-- severity: error
with batch as (
    select * from {batch}
),

counted as (
    select study_id, 'enrolled' as of_whom, null as infusion, count(*) as subjects from adam.adsl group by all
    union all
    select study_id, 'deceased', null, count(dthdt) from adam.adsl group by all
    union all
    select study_id, 'received', infusion_number, count(*) from adam.adex group by all
    union all
    select study_id, 'evaluable', infusion_number, count(*) filter (evalfl = 'Y') from adam.adrs group by all
),

-- what a row says of how many these are; of a level of a factor it says how many of them are on it
said as (
    select study_id, infusion, n as subjects, analysis_set as of_whom
    from batch
    where factor = '' and statistic = 'proportion' and section in ('response', 'toxicity', 'death')
        and analysis_set in ('enrolled', 'received', 'evaluable', 'deceased')
    union all
    select study_id, infusion, cast(estimate as bigint),
        case measure when 'infused' then 'received' when 'died' then 'deceased' else measure end
    from batch
    where analysis_id = 'disposition' and measure in ('enrolled', 'infused', 'evaluable', 'died')
)

select s.study_id
from said as s
left join counted as c
    on s.study_id = c.study_id and s.of_whom = c.of_whom
    and (s.of_whom in ('enrolled', 'deceased') or s.infusion is not distinct from c.infusion)
where coalesce(c.subjects, 0) <> s.subjects
