-- Records that no figure counts
-- grain:  one row per record set aside whole under an id that is no subject's, and per such infusion of a subject
-- source: current.set_aside, current.alike, cut.subject, adam.adex
-- rule:   under an id that is none every row may tell of another subject; under one that nobody bears the record is one; a row
--         that gave no record may tell of anything its sheet tells of. An infusion of a known subject moves the denominator of any
--         figure, unless one of that number is on record
-- caveat: no figure of any subject counts it; every figure it could move says so
select
    x.study_id, x.site_id,
    coalesce(x.subject_id, x.site_id || '-') as subject_id,
    any_value(x.infusion_number) as infusion_number,
    any_value(x.what) as aeterm,
    count(distinct a.other) as aliken,
    if(
        bool_or(x.rule_id in (x.domain || '.subject.known', x.domain || '.subject.alike')), 1,
        count(distinct (x.source_file, x.source_sheet, x.source_row))
    ) as rown,
    x.domain as srcdom,
    case
        when s.subject_id is not null then 'infusion_number'
        when starts_with(x.rule_id, 'row.') and x.record_id is null then 'row'
        else 'subject_id'
    end as srcvar,
    coalesce(x.record_id, x.site_id || '-') || if(srcvar = 'row', 'row', '') as srcseq
from current.set_aside as x
left join cut.subject as s on x.subject_id = s.subject_id
left join current.alike as a on x.subject_id = a.subject_id and x.site_id = a.site_id
where x.sets_aside = 'record' and (
    s.subject_id is null
    or (
        x.domain = 'infusion' and not exists (
            select 1 from adam.adex as e
            where e.study_id = x.study_id and e.subject_id = x.subject_id and e.infusion_number = x.infusion_number
        )
    )
)
group by x.study_id, x.site_id, x.subject_id, x.domain, x.record_id, srcvar
