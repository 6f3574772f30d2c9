-- sets aside: nothing
-- columns: status
-- remedy: Confirm the antigen or the product: the last sample before the infusion lacks the antigen its cells are directed against.
-- remedy_zh: 请核实抗原或产品：回输前最近一次样本中靶抗原为阴性。
with last_sample as (
    select x.*, i.infusion_number, i.target
    from cut.antigen_expression as x
    inner join cut.infusion as i on x.study_id = i.study_id and x.subject_id = i.subject_id
    where x.sample_date < i.infusion_date and x.status <> 'not done'
    qualify row_number() over (
        partition by x.study_id, x.subject_id, x.antigen, i.infusion_number order by x.sample_date desc
    ) = 1
)

select study_id, site_id, 'antigen_expression' as domain, record_id, 'status' as column_name
from last_sample
where status = 'negative' and target = antigen
group by all
