-- sets aside: nothing
-- columns: contact_date, end_date, apheresis_date
-- remedy: Correct the day: it lies after the day of the export that reports it.
-- remedy_zh: 请更正日期：晚于报告该记录的导出日期。
with beside as (
    select 'adverse_event' as domain, study_id, site_id, record_id, extract_date, 'end_date' as column_name, end_date as day
    from current.adverse_event
    union all
    select 'consolidation', study_id, site_id, record_id, extract_date, 'end_date', end_date from current.consolidation
    union all
    select 'infusion', study_id, site_id, record_id, extract_date, 'apheresis_date', apheresis_date from current.infusion
    union all
    select 'lymphodepletion', study_id, site_id, record_id, extract_date, 'end_date', end_date
    from current.lymphodepletion
    union all
    select 'treatment', study_id, site_id, record_id, extract_date, 'end_date', end_date from current.treatment
)

select r.study_id, r.site_id, r.domain, r.record_id, r.date_column as column_name
from current.dated_record as r
where r.clinical_date > r.extract_date
union all
select b.study_id, b.site_id, b.domain, b.record_id, b.column_name
from beside as b
where b.day > b.extract_date
