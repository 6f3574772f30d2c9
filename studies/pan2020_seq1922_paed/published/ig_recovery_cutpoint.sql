-- The months within which the protocol calls the recovery of immunoglobulin early
select within_months as value
from meta.risk_factor
where risk_factor = 'early_immunoglobulin'
