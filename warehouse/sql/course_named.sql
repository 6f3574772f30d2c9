-- Which infusion numbers mean the course of another one
-- grain:  one row per subject and infusion number that is part of a course of another number
-- source: cut.administration, cut.infusion, meta.planned_infusion
select distinct a.subject_id, a.infusion_number as part, p.course_of as course
from cut.administration as a
inner join meta.planned_infusion as p on a.study_id = p.study_id and a.infusion_number = p.infusion_number
inner join cut.infusion as c on a.subject_id = c.subject_id and p.course_of = c.infusion_number
where p.course_of is not null and a.infusion_date between c.first_date and c.last_date
