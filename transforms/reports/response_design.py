"""Tables of a study's page on the response: against a null rate, by subgroup, and endpoints under several censoring rules."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from transforms.analyses.response_design import AGAINST, DESIGN, FIRST_STAGE, TWO_STAGE, UNBIASED
from transforms.figures import draw_rates
from transforms.figures.rates import RateLine
from transforms.reports.numbers import (
    DASH,
    count_of,
    median_interval,
    p_value,
    percent,
    percent_interval,
    ratio_interval,
    share_cells,
    whole,
)
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of, times_of
from transforms.reports.queries import Queries
from transforms.words import Words

RATES = ("survival", "cumulative_incidence")
BESIDE = ("unknown", "bound_low", "bound_high")


def design_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: the rate with its exact interval, the test, and where the two stages stand."""
    parts = []
    for analysis_id in ids_of(analysis, "response_design"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        asked = [queries.printed(analysis_id=analysis_id), queries.rows("adam.adrs", infusion_number=infusion)]
        title = words.joined([words("after_infusion", infusion=words.infusion(infusion)), found[0]["population"]])
        parts.append(Part(title, _design(found, words), queries=asked))
    return parts


def _design(found: list[Row], words: Words) -> PrintedTable:
    value = {row["statistic"]: row for row in found if row["statistic"] != DESIGN}
    count, shown = share_cells(value["proportion"], {name: value[name] for name in BESIDE if name in value}, words)
    printed = [
        [words("response.share"), count],
        [words("percent_interval"), shown],
        [words.sentence(words.method(value[AGAINST]["p_method"])), p_value(value[AGAINST]["p_value"])],
    ]
    if FIRST_STAGE in value:
        stage = value[FIRST_STAGE]
        printed.append([words("response_design.first_stage", n=stage["n"]), whole(stage["estimate"])])
        printed.append([words("response_design.two_stage"), _shown(value[TWO_STAGE], words)])
        printed.append([words("response_design.unbiased"), _shown(value[UNBIASED], words)])
    reasons = dict.fromkeys(row["note"] for row in value.values() if row["note"])
    notes = [*methods_note([value["proportion"]], words), *_of_design(found, words)]
    return PrintedTable(
        ["", words("response_design.value")], printed, [*notes, *(words("note.beware", reason=one) for one in reasons)]
    )


def _shown(row: Row, words: Words) -> str:
    if row["status"] == "not estimable":
        return words("not_estimable", reason=row["note"])
    return p_value(row["p_value"]) if row["statistic"] == TWO_STAGE else percent(row["estimate"])


def _of_design(found: list[Row], words: Words) -> Iterator[str]:
    """The boundaries, and what they promise; or why there are none."""
    rows = {row["measure"]: row["estimate"] for row in found if row["statistic"] == DESIGN}
    refused = next((row for row in found if row["statistic"] == DESIGN and row["status"] == "not estimable"), None)
    if refused:
        yield words("note.of", what=refused["label"], reason=refused["note"])
    elif rows:
        bounds = {name: whole(rows[name]) for name in ("r_first", "n_first", "r", "n")}
        promised = words(
            "response_design.of_design", alpha=f"{rows['alpha']:.3f}", power=f"{rows['power']:.3f}",
            expected=f"{rows['expected_n']:.1f}",
        )  # fmt: skip
        yield words("note.of", what=words("response_design.boundary", **bounds), reason=promised)


def subgroup_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion a forest of rates by subgroup, and its table."""
    parts = []
    for analysis_id in ids_of(analysis, "subgroup"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        title = words.joined([words("after_infusion", infusion=words.infusion(infusion)), found[0]["population"]])
        asked = [queries.printed(analysis_id=analysis_id), queries.rows("adam.adrs", infusion_number=infusion)]
        figure = draw_rates(list(_lines(found, words)), words("subgroup.rate"), title, words)
        parts.append(Part(title, _subgroups(found, words), figure, asked))
    return parts


def _lines(found: list[Row], words: Words) -> Iterator[RateLine]:
    for factor, label in {row["factor"]: row["group_name"] for row in found}.items():
        test = next((row for row in found if row["factor"] == factor and row["statistic"] == "comparison"), None)
        p = "" if test is None or test["p_value"] is None else p_value(test["p_value"])
        yield RateLine(words.sentence(label), "", p=p, bold=True)
        for row in found:
            if row["factor"] == factor and row["statistic"] == "proportion" and row["level"]:
                text = f"{count_of(row)}  {percent_interval(row)}"
                yield RateLine(row["group_level"], text, row["estimate"], row["ci_low"], row["ci_high"])


def _subgroups(found: list[Row], words: Words) -> PrintedTable:
    effects = [row for row in found if row["statistic"] == "odds_ratio"]
    contrast = words.factor(effects[0]["measure"]) if effects else ""
    printed = []
    for factor, label in {row["factor"]: row["group_name"] for row in found}.items():
        of_factor = [row for row in found if row["factor"] == factor]
        printed.append([words.sentence(label)])
        for row in of_factor:
            if row["statistic"] != "proportion" or not row["level"]:
                continue
            beside = {
                other["statistic"]: other
                for other in of_factor
                if other["level"] == row["level"] and other["statistic"] in BESIDE
            }
            effect = next((one for one in effects if (one["factor"], one["level"]) == (factor, row["level"])), None)
            printed.append(
                [row["group_level"], *share_cells(row, beside, words), *([_effect(effect, words)] if effects else [])]
            )
    header = [words("response.group"), words("response.share"), words("percent_interval")]
    if effects:
        header.append(words("subgroup.effect", contrast=contrast))
    return PrintedTable(header, printed, [*_tests(found, contrast, words), *methods_note(found, words)])


def _effect(row: Row | None, words: Words) -> str:
    if row is None:
        return ""
    if row["estimate"] is None:
        return DASH if row["status"] == "suppressed" else words("not_estimable", reason=row["note"])
    return ratio_interval(row)


def _tests(found: list[Row], contrast: str, words: Words) -> Iterator[str]:
    """What tests say of differences between subgroups, and of interaction, or why they say nothing."""
    for statistic, key in (("comparison", "subgroup.test"), ("interaction", "subgroup.interaction")):
        rows = [row for row in found if row["statistic"] == statistic]
        told = [
            words(
                "subgroup.differs", factor=row["group_name"],
                p=p_value(row["p_value"]) if row["p_value"] is not None else words("not_estimable", reason=row["note"]),
            )
            for row in rows
        ]  # fmt: skip
        if told:
            method = next((words.method(row["p_method"]) for row in rows if row["p_method"]), "")
            yield words(key, method=method, contrast=words.within(contrast), tests=words("list.sentences").join(told))


def censoring_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per endpoint a line for each of its censoring rules."""
    parts = []
    for analysis_id in ids_of(analysis, "censoring"):
        found = rows_of(analysis, analysis_id=analysis_id)
        times = times_of(row for row in found if row["statistic"] in RATES)
        rules = list(dict.fromkeys(row["measure"] for row in found))
        printed = [_rule([row for row in found if row["measure"] == rule], times, words) for rule in rules]
        header = [
            words("censoring.rule"), words("outcome.subjects"), words("outcome.events"), words("outcome.median"),
            *(words("percent_at", months=time) for time in times),
        ]  # fmt: skip
        endpoint = found[0]["endpoint"]
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.rows("adam.adtte", "paramcd, subject_id", paramcd=tuple(f"{endpoint}.censoring.{rule}" for rule in rules)),
        ]  # fmt: skip
        beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "n" and row["note"])
        notes = [
            words("censoring.note"),
            *methods_note(found, words),
            *(words("note.beware", reason=one) for one in beware),
        ]
        title = words.joined([words.told(words.names.endpoints.get(endpoint, endpoint)), found[0]["population"]])
        parts.append(Part(title, PrintedTable(header, printed, notes), queries=asked))
    return parts


def _rule(rows: list[Row], times: list[float], words: Words) -> list[str]:
    value = {(row["statistic"], row["time_months"]): row for row in rows}
    counts = [whole(value[name, None]["estimate"]) if (name, None) in value else "" for name in ("n", "events")]
    median = value.get(("median_time", None))
    label = words.names.states.get((rows[0]["analysis_id"], rows[0]["measure"]), rows[0]["measure"])
    return [
        words.sentence(words.told(label)), *counts, median_interval(median, words) if median else "",
        *(_rate(value, time, words) for time in times),
    ]  # fmt: skip


def _rate(value: dict[tuple[str, float | None], Row], time: float, words: Words) -> str:
    row = next((value[name, time] for name in RATES if (name, time) in value), None)
    if row is None:
        return ""
    if row["estimate"] is None and row["status"] != "suppressed":
        return words("not_estimable", reason=row["note"])
    bounds = [value.get((name, time)) for name in ("bound_low", "bound_high")]
    if None in bounds or row["estimate"] is None:
        return percent_interval(row)
    low, high = (percent(bound["estimate"]) for bound in bounds if bound is not None)
    return words("with_unknown.percent", percent=percent_interval(row), low=low, high=high)
