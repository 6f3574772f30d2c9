-- The share of normal B cells of the marrow above which the protocol sees recovery
select above as value
from meta.recovery
where happening = 'b_cell_recovery'
