"""The sections on cellular kinetics and on how much each headline rests on single subjects: printed cells and figures."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.figures import draw_expansion
from transforms.figures.expansion import Expansion
from transforms.reports.numbers import measured, median_interval, p_value, percent
from transforms.reports.sections import PrintedTable, Row, rows_of

DASH = "–"


def kinetics_tables(analysis: pl.DataFrame) -> list[tuple[str, PrintedTable]]:
    """Per infusion, assay and matrix: median (range) and geometric mean of each parameter."""
    found = rows_of(analysis, section="kinetics")
    profiles = dict.fromkeys(
        (row["analysis_id"], row["group_name"]) for row in found if "correlation" not in row["analysis_id"]
    )
    return [
        (
            f"{name}, after infusion {analysis_id.removeprefix('kinetics.i')}",
            _profile_table([row for row in found if (row["analysis_id"], row["group_name"]) == (analysis_id, name)]),
        )
        for analysis_id, name in profiles
    ]


def _profile_table(rows: list[Row]) -> PrintedTable:
    printed, notes = [], []
    for level in dict.fromkeys(row["group_level"] for row in rows):
        value = {row["statistic"]: row for row in rows if row["group_level"] == level}
        if "median_time" in value:
            printed.append([f"{level}, months", "", median_interval(value["median_time"]), DASH])
            continue
        middle = value["median"]
        name = f"{level}, {middle['unit']}"
        if middle["estimate"] is None:
            printed.append([name, "0", DASH, DASH])
            notes.append(f"{level}: {middle['note']}.")
            continue
        spread = f"{measured(middle['estimate'])} ({measured(value['min']['estimate'])}–{measured(value['max']['estimate'])})"
        printed.append([name, str(middle["n"]), spread, _geometric(value)])
    return PrintedTable(
        ["Parameter", "Subjects", "Median (range)", "Geometric mean (95 % interval), CV"], printed, notes
    )


def _geometric(value: Mapping[str, Row]) -> str:
    mean, variation = value.get("geometric_mean"), value.get("geometric_cv")
    if mean is None or mean["estimate"] is None:
        return DASH
    interval = "" if mean["ci_low"] is None else f" ({measured(mean['ci_low'])}–{measured(mean['ci_high'])})"
    spread = "" if variation is None or variation["estimate"] is None else f", {percent(variation['estimate'])} %"
    return f"{measured(mean['estimate'])}{interval}{spread}"


def correlation_notes(analysis: pl.DataFrame) -> list[str]:
    """Whether the peaks of one infusion go with those of the next, a sentence each."""
    return [
        f"{row['label']} ({row['group_name']}): {row['estimate']:.3f}, {p_value(row['p_value'])}, {row['n']} subjects."
        if row["estimate"] is not None
        else f"{row['label']} ({row['group_name']}): not estimable, {row['note']}."
        for row in rows_of(analysis, section="kinetics", analysis_id="kinetics.correlation")
    ]


def expansion_figures(adcks: pl.DataFrame, limits: Mapping[str, float]) -> list[str]:
    """Samples of every subject over time, one figure per assay, matrix and quantity, one panel per infusion.

    Single samples make no curve: a matrix in which no subject has two after an infusion has its table alone. `limits` holds
    the limit of quantification of each quantity that has one.
    """
    figures = []
    for keys, rows in adcks.sort("assay", "matrix", "quantity").group_by(
        ("assay", "matrix", "quantity", "unit"), maintain_order=True
    ):
        assay, matrix, quantity, unit = (str(key) for key in keys)
        if rows.group_by("subject_id", "infusion_number").len()["len"].max() == 1:
            continue
        panels = [
            Expansion(f"Infusion {number} ({part['target'][0]})", part.select("subject_id", "ckdy", "aval", "quantfl"))
            for (number,), part in rows.sort("infusion_number", "subject_id", "ckdy").group_by(
                ("infusion_number",), maintain_order=True
            )
        ]
        figures.append(draw_expansion(panels, f"CAR-T cells by {assay}, {matrix}", unit, limits.get(quantity)))
    return figures


def fragility_table(analysis: pl.DataFrame) -> PrintedTable:
    """Each headline rate with its range without one subject or site, and each comparison with the outcomes that flip it."""
    found = rows_of(analysis, section="fragility")
    printed = [
        [
            row["label"],
            percent(row["estimate"]),
            f"{percent(row['ci_low'])}–{percent(row['ci_high'])}" if row["estimate"] is not None else row["note"],
        ]
        for row in found
        if row["statistic"].startswith("leave_one")
    ]
    notes = [
        f"{row['label']}: {row['estimate']:.0f} (before: {p_value(row['p_value'])})."
        if row["estimate"] is not None
        else f"{row['label']}: {row['note']}."
        for row in found
        if row["statistic"] == "fragility_index"
    ]
    return PrintedTable(["Headline", "%", "Range when one is left out, %"], printed, notes)
