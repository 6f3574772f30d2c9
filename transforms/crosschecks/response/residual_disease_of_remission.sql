-- sets aside: nothing
-- columns: mrd_status
-- remedy: Send the residual disease of this remission, or that it was not examined.
-- remedy_zh: 请补报该缓解的微小残留病（MRD）结果，或注明未检测。
select p.study_id, p.site_id, 'response' as domain, p.record_id, 'mrd_status' as column_name
from adam.adrs as a
inner join cut.response as p on a.study_id = p.study_id and a.srcseq = p.record_id
where a.srcdom = 'response' and a.respfl = 'Y' and p.mrd_status is null
