-- Codes of a code list, with their meaning
-- parameters: code_list
-- grain:  one row per code
-- source: meta.codelist
-- example: from meta.codes('response')
select code, meaning
from meta.codelist
where codelist = code_list
order by position
