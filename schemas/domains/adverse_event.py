"""Adverse events: CRS, ICANS, graft-versus-host disease, cytopenias, infections."""

import polars as pl

from schemas.codelists import (
    ADVERSE_EVENT_TERM,
    CEREBRAL_EDEMA,
    CONSCIOUSNESS,
    GRADING_SCALE,
    HYPOTENSION,
    HYPOXIA,
    INFECTION_SITE,
    ORGANISM,
    SEIZURE,
    TRANSGENE,
)
from schemas.columns import code, date, flag, integer, number, text
from schemas.domains.domain import Domain
from schemas.rules import row_rule

# ASTCT 2019.
FEVER_C, SUPPORTED_CRS_GRADE = 38, 2


class AdverseEvent(Domain):
    """One row per adverse event, which belongs to the infusion it follows."""

    term: str = code(ADVERSE_EVENT_TERM, "What happened", required=True)
    term_text: str = text("The site's own words, where the term is not specific")
    infusion_number: int = integer("Infusion the event follows, if the site says so", ge=1, le=9)
    start_date: pl.Date = date("Day of onset")
    end_date: pl.Date = date("Day of resolution; blank while ongoing")
    grade: int = integer("Highest grade; 0 where the site reports that the event did not occur", ge=0, le=5)
    grading_scale: str = code(GRADING_SCALE, "Scale the grade is given on")

    serious: str = flag("Serious: fatal, life-threatening, in hospital for it, disabling, or as the protocol says")
    related: str = flag("Related to the CAR-T cells, as the investigator judges")
    organism: str = code(ORGANISM, "Infection: kind of organism")
    infection_site: str = code(INFECTION_SITE, "Infection: where")
    transgene: str = code(TRANSGENE, "Second malignancy: test of its cells for the transgene of the product")
    dose_limiting: str = flag("Dose-limiting toxicity as the protocol defines it")
    highest_temperature_c: float = number("Highest temperature during the event", unit="degrees C", ge=30, le=45)
    hypotension: str = code(HYPOTENSION, "CRS: hypotension and what it needed")
    hypoxia: str = code(HYPOXIA, "CRS: hypoxia and what it needed")
    ice_score: int = integer("ICANS: lowest ICE score, 10 is normal", ge=0, le=10)
    consciousness: str = code(CONSCIOUSNESS, "ICANS: depressed consciousness, worst")
    seizure: str = code(SEIZURE, "ICANS: seizures, worst")
    deep_motor_weakness: str = flag("ICANS: deep focal motor weakness")
    cerebral_edema: str = code(CEREBRAL_EDEMA, "ICANS: edema of the brain, worst")
    skin_stage: int = integer("Acute GVHD: stage of the skin", ge=0, le=4)
    liver_stage: int = integer("Acute GVHD: stage of the liver", ge=0, le=4)
    upper_gi_stage: int = integer("Acute GVHD: stage of the upper gut", ge=0, le=1)
    lower_gi_stage: int = integer("Acute GVHD: stage of the lower gut", ge=0, le=4)

    class Config:
        metadata = {
            "key": ("infusion_number", "term", "term_text", "start_date"),
            "clinical_date": "start_date",
            "details": ("start_date", "end_date", "grade", "grading_scale"),
            "respelled": ("term",),
        }

    @row_rule(
        "detail",
        "Correct the dates: the event ends before it starts.",
        "end_date",
        "start_date",
        zh="请更正日期：事件结束早于开始。",
    )
    # Which of the two is wrong nobody knows. The onset stays: it is held against the infusion by rules of its own, and
    # without it the event would belong to no infusion; the end alone rests on nothing else.
    def ends_after_onset() -> pl.Expr:
        return pl.col("end_date") >= pl.col("start_date")

    @row_rule(
        "nothing",
        "State the grading scale: grades of different scales are never pooled.",
        "grading_scale",
        zh="请注明分级标准：不同标准的分级不合并。",
    )
    def grade_has_scale() -> pl.Expr:
        return pl.col("grade").is_null() | pl.col("grading_scale").is_not_null()

    @row_rule("nothing", "Enter the day of onset of the event.", "start_date", zh="请填写事件发生日期。")
    def event_has_onset() -> pl.Expr:
        return (pl.col("grade") == 0) | pl.col("start_date").is_not_null()

    @row_rule(
        "nothing",
        "State whether the cells of the second malignancy were tested for the transgene, and the result.",
        "transgene",
        zh="请注明继发肿瘤细胞是否检测CAR转基因及其结果。",
    )
    def second_malignancy_has_test() -> pl.Expr:
        occurred = (pl.col("term") == "second malignancy") & ~(pl.col("grade") == 0).fill_null(value=False)
        return ~occurred | pl.col("transgene").is_not_null()

    @row_rule(
        "nothing",
        "Confirm the CRS: it is graded without a day of fever, and CRS begins with fever.",
        "highest_temperature_c",
        "grade",
        zh="请核实CRS：已分级但无发热，CRS应以发热起病。",
    )
    def crs_has_fever() -> pl.Expr:
        graded = (pl.col("term") == "CRS") & (pl.col("grade") > 0)
        return ~graded | (pl.col("highest_temperature_c") >= FEVER_C)

    @row_rule(
        "nothing",
        "Confirm the grade of CRS: from grade 2 on there is hypotension or need of oxygen, and neither is reported.",
        "grade",
        "hypotension",
        "hypoxia",
        zh="请核实CRS分级：2级及以上应有低血压或需吸氧，均未报告。",
    )
    def severe_crs_has_support() -> pl.Expr:
        neither = (pl.col("hypotension") == "none") & (pl.col("hypoxia") == "none")
        return ~((pl.col("term") == "CRS") & (pl.col("grade") >= SUPPORTED_CRS_GRADE) & neither)
