-- check: rows and cells read are all accounted for
-- tables: meta.reconciliation
-- severity: error
with batch as (
    select * from {batch}
)

select study_id
from batch
where rows_read <> accepted + quarantined + duplicate + superseded + set_aside + unclaimed
    or cells_read <> cells_used + cells_unknown + cells_set_aside + cells_superseded
