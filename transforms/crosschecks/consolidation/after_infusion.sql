-- sets aside: nothing
-- columns: start_date
-- remedy: Report the course as bridging or correct its day: consolidation begins before the first infusion.
-- remedy_zh: 请按桥接治疗上报或更正日期：巩固治疗早于首次回输。
select c.study_id, c.site_id, 'consolidation' as domain, c.record_id, 'start_date' as column_name
from cut.consolidation as c
inner join cut.infusion as i
    on c.study_id = i.study_id and c.subject_id = i.subject_id and i.infusion_number = 1
where c.start_date < i.infusion_date
