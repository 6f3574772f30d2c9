"""The section of a study's page on risk factors: a forest plot per model, with what has to be known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.analyses.later_covariates import AS_IF_KNOWN
from transforms.figures import draw_forest
from transforms.figures.forest import ForestLine
from transforms.reports.numbers import p_value, ratio_interval
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, rows_of
from transforms.reports.queries import Queries, Query
from transforms.words import Names, Words

# Tests of what is known only later, by their statistic.
TESTS = {"logrank": "log-rank", "mantel_byar": "mantel-byar"}


def model_parts(
    analysis: pl.DataFrame, endpoints: Mapping[str, str | None], names: Names, queries: Queries, words: Words
) -> list[Part]:
    """Per model: its title, forest plot and notes. endpoints: the endpoint of each model; None for a logistic one."""
    parts = []
    for name in ids_of(analysis, "model"):
        endpoint = endpoints.get(name)
        subjects = queries.of_model(endpoint) if endpoint else queries.rows("adam.adrs")
        found = rows_of(analysis, analysis_id=name)
        parts.append(_model(found, names.models[name], [queries.printed(analysis_id=name), subjects], words))
    return parts


def _model(found: list[Row], outcome: str, asked: Sequence[Query], words: Words) -> Part:
    rows = [row for row in found if words.has(f"effect.{row['statistic']}")]
    effect = words(f"effect.{rows[0]['statistic']}")
    title = words("model.title", outcome=words.told(outcome), effect=effect)
    lines: list[ForestLine] = []
    for which in dict.fromkeys(map(_fit, rows)):
        of_population = [row for row in rows if _fit(row) == which]
        called = of_population[0]["population"]
        immortal = any(row["fit"] == AS_IF_KNOWN for row in of_population)
        heading = words("model.immortal", which=called) if immortal else called
        lines.append(ForestLine(words.sentence(heading), "", bold=True))
        lines += [_forest_line(row, words) for row in of_population]
    notes = [
        *_methods(rows, words),
        *_proportionality(found, words),
        *_tests(found, words),
        *_reasons(rows, words),
        *_warnings(rows, words),
    ]
    figure = draw_forest(lines, words.sentence(effect), title, words)
    return Part(title, PrintedTable([], [], notes), figure, asked)


def _fit(row: Row) -> tuple[str, float | None]:
    return row["fit"], row["landmark_months"]


def _methods(rows: list[Row], words: Words) -> list[str]:
    """How each kind of model was fitted, those fitted alike named together."""
    fitted: dict[str, list[str]] = {}
    for row in rows:
        if row["method"]:
            fitted.setdefault(row["method"], []).append(row["population"])
    return [
        words(
            "note.fitted", which=words.sentence(words.joined(list(dict.fromkeys(which)))), method=words.method(method)
        )
        for method, which in fitted.items()
    ]


def _proportionality(found: list[Row], words: Words) -> list[str]:
    """Whether the hazard ratios hold over time, by the largest model that was tested."""
    tests = [row for row in found if row["statistic"] == "proportional_hazards"]
    largest = [row for row in tests if _fit(row) == _fit(tests[-1])]
    if not largest:
        return []
    printed = [f"{row['group_name']} {p_value(row['p_value'])}" for row in largest]
    return [
        words(
            "model.constant",
            method=words.method(largest[0]["p_method"]),
            which=largest[0]["population"],
            tests=words.joined(printed),
        )
    ]


def _tests(found: list[Row], words: Words) -> list[str]:
    """Tests of what is known only later: of the groups as if known on day 0, and as they form over time."""
    return [
        words(
            "model.tested",
            covariate=row["group_name"],
            which=row["population"],
            test=words.method(row["p_method"] or TESTS[row["statistic"]]),
            p=p_value(row["p_value"]) if row["p_value"] is not None else words("not_estimable", reason=row["note"]),
        )
        for row in found
        if row["statistic"] in TESTS
    ]


def _reasons(rows: list[Row], words: Words) -> list[str]:
    return [
        words(
            "model.not_estimable",
            covariate=row["group_name"],
            which=row["population"],
            reason=row["note"],
        )
        for row in rows
        if row["estimate"] is None
    ]


def _warnings(rows: list[Row], words: Words) -> list[str]:
    """What to beware of, once, with the models it is true of."""
    of_note: dict[str, list[str]] = {}
    for row in rows:
        if row["estimate"] is not None and row["note"]:
            of_note.setdefault(row["note"], []).append(row["population"])
    return [
        words("model.beware", which=words.joined(list(dict.fromkeys(which))), reason=note)
        for note, which in of_note.items()
    ]


def _forest_line(row: Row, words: Words) -> ForestLine:
    label = row["group_name"]
    if row["group_level"]:
        label = words("model.contrast", covariate=label, contrast=row["group_level"])
    if row["estimate"] is None:
        return ForestLine(label, words("model.see_below"))
    return ForestLine(
        label, ratio_interval(row), row["estimate"], row["ci_low"], row["ci_high"], p=p_value(row["p_value"])
    )
