-- Everything that happened to a subject, in the order of days
-- parameters: study, subject
-- grain:  one row per dated happening
-- source: adam.adevent, without the days on which the subject was only known alive
-- example: from adam.history('pan2020_seq1922_paed', 'boren-P001')
select
    h.eventdt, h.happening, h.evntdesc,
    date_diff('day', s.trt01dt, h.eventdt) as days_since_infusion_1,
    h.srcdom, h.srcseq
from adam.adevent as h
inner join adam.adsl as s on h.study_id = s.study_id and h.subject_id = s.subject_id
where h.study_id = study and h.subject_id = subject and h.happening not in ('contact', 'assessment')
order by h.eventdt, h.happening
