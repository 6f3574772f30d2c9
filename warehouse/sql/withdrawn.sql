-- Who took consent back, and when
-- grain:  one row per subject whose consent does not cover all data from after a known day
-- source: cut.disposition
-- rule:   where nobody says what consent covers, it covers nothing: what may not be used is not used on a guess
select study_id, subject_id, min(disposition_date) as withdrawn_on,
    if(bool_and(coalesce(consent_covers, 'nothing') = 'vital status'), 'vital status', 'nothing') as consent_covers
from cut.disposition
where disposition = 'withdrew consent' and coalesce(consent_covers, 'nothing') <> 'all' and disposition_date is not null
group by all
