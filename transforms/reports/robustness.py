"""The sections on cellular kinetics and on how much each headline rests on single subjects: printed cells and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from transforms.figures import draw_expansion
from transforms.figures.expansion import Expansion
from transforms.reports.numbers import DASH, measured, median_interval, p_value, percent, spread
from transforms.reports.parts import Part, PrintedTable, Row, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

PROFILE = ("infusion", "assay", "matrix", "quantity")


def kinetics_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion, assay and matrix: median (range) and geometric mean of each parameter."""
    found = rows_of(analysis, section="kinetics", analysis_set="sampled")
    parts = []
    for key in dict.fromkeys(map(_profile, found)):
        rows = [row for row in found if _profile(row) == key]
        infusion, which = rows[0]["infusion"], dict(zip(PROFILE, key, strict=True))
        title = words("kinetics.after", profile=rows[0]["group_name"], infusion=words.infusion(infusion))
        asked = [
            queries.printed(analysis_id=rows[0]["analysis_id"], **which),
            queries.rows("adam.adck", "assay, matrix, quantity, paramcd, subject_id", infusion_number=infusion),
        ]
        parts.append(Part(title, _profile_table(rows, words), queries=asked))
    return parts


def _profile(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in PROFILE)


def _profile_table(rows: list[Row], words: Words) -> PrintedTable:
    printed, notes = [], []
    for measure, level in {row["measure"]: row["group_level"] for row in rows}.items():
        value = {row["statistic"]: row for row in rows if row["measure"] == measure}
        if "median_time" in value:
            name = words("with_unit", name=level, unit=words.unit("months"))
            printed.append([name, "", median_interval(value["median_time"], words), DASH])
            continue
        middle = value["median"]
        name = words("with_unit", name=level, unit=words.unit(middle["unit"]))
        if middle["estimate"] is None:
            printed.append([name, "0", DASH, DASH])
            notes.append(words("note.of", what=level, reason=middle["note"]))
            continue
        shown = spread(*(value[of]["estimate"] for of in ("median", "min", "max")))
        printed.append([name, str(middle["n"]), shown, _geometric(value)])
    header = [words("kinetics.parameter"), words("subjects"), words("median_range"), words("kinetics.geometric")]
    return PrintedTable(header, printed, notes)


def _geometric(value: Mapping[str, Row]) -> str:
    mean, variation = value.get("geometric_mean"), value.get("geometric_cv")
    if mean is None or mean["estimate"] is None:
        return DASH
    known = mean["ci_low"] is not None
    shown = spread(mean["estimate"], mean["ci_low"], mean["ci_high"]) if known else measured(mean["estimate"])
    varies = "" if variation is None or variation["estimate"] is None else f", {percent(variation['estimate'])}%"
    return f"{shown}{varies}"


def correlation_notes(analysis: pl.DataFrame, words: Words) -> list[str]:
    """Whether the peaks of one infusion go with those of the next, a sentence each."""
    notes = []
    for row in rows_of(analysis, section="kinetics", analysis_id="kinetics.correlation"):
        what = words("kinetics.of_profile", what=row["label"], profile=row["group_name"])
        if row["estimate"] is None:
            reason = words("not_estimable", reason=row["note"])
        else:
            p = p_value(row["p_value"])
            reason = words("kinetics.correlated", estimate=f"{row['estimate']:.3f}", p=p, n=row["n"])
        notes.append(words("note.of", what=what, reason=reason))
    return notes


def expansion_parts(adcks: pl.DataFrame, limits: Mapping[str, float], queries: Queries, words: Words) -> list[Part]:
    """Samples of every subject over time, one figure per assay, matrix and quantity, one panel per infusion.

    Single samples make no curve: a matrix in which no subject has two after an infusion has its table alone. `limits` holds
    the limit of quantification of each quantity that has one.
    """
    parts = []
    for keys, rows in adcks.sort("assay", "matrix", "quantity").group_by(
        ("assay", "matrix", "quantity", "unit"), maintain_order=True
    ):
        assay, matrix, quantity, unit = (str(key) for key in keys)
        if rows.group_by("subject_id", "infusion_number").len()["len"].max() == 1:
            continue
        panels = [
            Expansion(
                words(
                    "kinetics.panel",
                    infusion=words.sentence(words.infusion(number)),
                    target=words.told(part["target"][0]),
                ),
                part.select("subject_id", "ckdy", "aval", "quantfl"),
            )
            for (number,), part in rows.sort("infusion_number", "subject_id", "ckdy").group_by(
                ("infusion_number",), maintain_order=True
            )
        ]
        title = words("kinetics.samples", assay=words.told(assay), matrix=words.told(matrix))
        asked = queries.rows(
            "adam.adcks", "subject_id, infusion_number, ckdy", assay=assay, matrix=matrix, quantity=quantity
        )
        y_label = words("kinetics.axis", unit=words.unit(unit))
        figure = draw_expansion(panels, title, y_label, words, limits.get(quantity))
        parts.append(Part(title, figure=figure, queries=[asked]))
    return parts


def fragility_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
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
    notes = [words("fragility.note")]
    for row in found:
        if row["statistic"] == "fragility_index":
            reason = row["note"]
            if row["estimate"] is not None:
                reason = words("fragility.flips", n=f"{row['estimate']:.0f}", p=p_value(row["p_value"]))
            notes.append(words("note.of", what=row["label"], reason=reason))
    header = [words("fragility.headline"), "%", words("fragility.range")]
    return Part(table=PrintedTable(header, printed, notes), queries=[queries.printed(section="fragility")])
