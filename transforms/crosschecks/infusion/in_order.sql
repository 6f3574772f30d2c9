-- sets aside: nothing
-- columns: infusion_date
-- remedy: Confirm numbers and days of the infusions: a later number has an earlier or the same day.
-- remedy_zh: 请核实回输序号和日期：序号较后者日期更早或为同一天。
select later.study_id, later.site_id, 'infusion' as domain, later.record_id, 'infusion_date' as column_name
from cut.infusion as later
inner join cut.infusion as earlier
    on later.study_id = earlier.study_id and later.subject_id = earlier.subject_id
    and later.infusion_number = earlier.infusion_number + 1
-- the same product twice on a day is asked about by infusion.same_product_once_a_day
where later.infusion_date < earlier.infusion_date
    or (later.infusion_date = earlier.infusion_date and later.target <> earlier.target)
