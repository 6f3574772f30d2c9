-- Second malignancies on record, with their test for the transgene of the product
-- grain:  one row per record in force of one that occurred
-- source: core.adverse_event
-- rule:   a grade that is not known leaves the event as one that occurred; a test that is not stated is unknown
select study_id, site_id, record_id, coalesce(transgene, 'unknown') as transgene
from core.adverse_event
where term = 'second malignancy' and coalesce(grade, 1) > 0 and valid_to is null
