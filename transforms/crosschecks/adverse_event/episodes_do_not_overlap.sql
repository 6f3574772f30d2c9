-- sets aside: nothing
-- columns: start_date
-- remedy: Join the two records or correct their days: two episodes of the same event overlap.
-- remedy_zh: 请合并记录或更正日期：同一事件的两次发作时间重叠。
select a.study_id, a.site_id, 'adverse_event' as domain, a.record_id, 'start_date' as column_name
from cut.adverse_event as a
inner join cut.adverse_event as b
    on a.study_id = b.study_id and a.subject_id = b.subject_id and a.term = b.term and a.record_id <> b.record_id
where a.term in ('CRS', 'ICANS') and a.grade > 0 and b.grade > 0
    and a.start_date between b.start_date and b.end_date
    and (a.start_date, a.record_id) > (b.start_date, b.record_id)
qualify row_number() over (partition by a.study_id, a.record_id order by b.start_date) = 1
