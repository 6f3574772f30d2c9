-- sets aside: nothing
-- columns: car_t_pct
-- remedy: Give all flow results of the subject in the same unit, or in both: some are only percent, others only cells/uL, and no curve can be drawn through them.
-- remedy_zh: 请统一该受试者流式结果的单位（或两种单位均填写）：部分仅为百分比，部分仅为细胞数/uL，无法连成曲线。
with counted as (
    select
        *,
        car_t_pct is not null and car_t_per_ul is null as only_percent,
        car_t_pct is null and car_t_per_ul is not null as only_count
    from cut.cell_kinetics
    where assay = 'flow'
),

shared as (
    select
        *,
        count_if(only_percent) over (partition by study_id, subject_id, infusion_number, matrix) as percents,
        count_if(only_count) over (partition by study_id, subject_id, infusion_number, matrix) as counts
    from counted
)

select study_id, site_id, 'cell_kinetics' as domain, record_id, 'car_t_pct' as column_name
from shared
where percents > 0 and counts > 0 and if(counts <= percents, only_count, only_percent)
