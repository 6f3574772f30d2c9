-- check: of who is followed in states from the day overall survival counts from, all who died end in a state that nobody leaves, on that day
-- tables: adam.adstate
-- severity: error
-- source: so that what the states say of death is what overall survival says of it
with batch as (
    select * from {batch}
),

ended as (
    select *
    from batch
    qualify row_number() over (partition by study_id, model, subject_id order by stayn desc) = 1
)

select s.study_id
from ended as s
inner join meta.state_model as m on s.study_id = m.study_id and s.model = m.model
inner join adam.adtte as t
    on s.study_id = t.study_id and t.paramcd = s.model || '.death' and s.subject_id = t.subject_id and t.event = 1
where not exists (
    select 1 from meta.state_move as v where v.study_id = s.study_id and v.model = s.model and v.state = s.state
        and v.happening = 'death'
)
    and s.entrydt > t.adt
