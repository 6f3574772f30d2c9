"""Results as sentences a manuscript may take over: count, percentage, interval and its kind, rounded as the protocol says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import polars as pl

from schemas.protocol import Printing
from transforms.analyses.later_covariates import AS_IF_KNOWN
from transforms.statistics.rounding import round_number

Language = Literal["en", "zh"]
Row = dict[str, Any]
FEWEST = 0.001
# Which model a ratio is of, in English and Chinese. One with immortal time is never told without saying so.
MODELS = {
    "univariable": ("univariable", "单因素"),
    "multivariable": ("multivariable", "多因素"),
    AS_IF_KNOWN: (f"{AS_IF_KNOWN} (biased by immortal time)", "按第0天已知处理（存在永生时间偏倚）"),
}


def sentences_of(analysis: pl.DataFrame, printing: Printing, language: Language = "en") -> list[str]:
    """A sentence per response, adverse event, rate, median and ratio that is estimated, in print order."""
    rows = analysis.sort("position").iter_rows(named=True)
    return [sentence for row in rows for sentence in _sentence(row, _Words(printing, language))]


class _Words:
    """Numbers as words of a sentence, in a language."""

    def __init__(self, printing: Printing, language: Language) -> None:
        self.printing, self.language = printing, language

    def number(self, value: float, digits: int | None = None) -> str:
        return str(round_number(value, self.printing.digits if digits is None else digits, self.printing.rounding))

    def interval(self, row: Row, scale: float, digits: int | None = None) -> str:
        """`, 95 % CI 61.4 to 92.3`, an open end in words; nothing where there is no interval."""
        if row["ci_low"] is None and row["ci_high"] is None:
            return ""
        open_end = {"en": "not reached", "zh": "未达到"}[self.language]
        low, high = (
            open_end if row[bound] is None else self.number(row[bound] * scale, digits)
            for bound in ("ci_low", "ci_high")
        )
        level = f"{100 * (row['ci_level'] or 0.95):g} %"
        return {"en": f", {level} CI {low} to {high}", "zh": f"，{level}置信区间 {low}～{high}"}[self.language]

    def p_value(self, row: Row) -> str:
        if row["p_value"] is None:
            return ""
        shown = (
            f"< {FEWEST}" if row["p_value"] < FEWEST else f"= {round_number(row['p_value'], 3, self.printing.rounding)}"
        )
        return {"en": f"; p {shown}", "zh": f"；p {shown}"}[self.language]


def _sentence(row: Row, words: _Words) -> Iterator[str]:
    makers: dict[str, Callable[[Row, _Words], str]] = {
        "proportion": _proportion,
        "survival": _rate,
        "cumulative_incidence": _rate,
        "median_time": _median,
        "hazard_ratio": _ratio,
        "odds_ratio": _ratio,
    }
    told = row["section"] in ("response", "toxicity", "survival", "competing", "relapse", "death", "model")
    if told and row["statistic"] in makers and row["status"] == "estimated" and row["estimate"] is not None:
        yield makers[row["statistic"]](row, words)


def _proportion(row: Row, words: _Words) -> str:
    share = words.number(100 * row["estimate"])
    bracket = f"{share} %{words.interval(row, 100)}"
    group = f" ({row['group_name']})" if row["section"] == "response" and row["group_name"] else ""
    if words.language == "zh":
        return f"{row['label']}{group}（{row['population']}）：{row['n']}例中{row['events']}例（{bracket}）。"
    return f"{row['label']}{group}: {row['events']} of {row['n']} {row['population']} ({bracket})."


def _rate(row: Row, words: _Words) -> str:
    bracket = f"{words.number(100 * row['estimate'])} %{words.interval(row, 100)}"
    if words.language == "zh":
        return f"{row['label']}：{bracket}（{row['population']}，n = {row['n']}，风险人数 {row['at_risk']}）。"
    return f"{row['label']}: {bracket} ({row['population']}, n = {row['n']}, {row['at_risk']} at risk)."


def _median(row: Row, words: _Words) -> str:
    bracket = f"{words.number(row['estimate'])}{words.interval(row, 1)}"
    if words.language == "zh":
        return f"{row['label']}：{bracket}个月（{row['population']}，n = {row['n']}）。"
    return f"{row['label']}: {bracket} months ({row['population']}, n = {row['n']})."


def _ratio(row: Row, words: _Words) -> str:
    effect = {"hazard_ratio": ("hazard ratio", "风险比"), "odds_ratio": ("odds ratio", "比值比")}[row["statistic"]]
    name = effect[words.language == "zh"]
    bracket = f"{words.number(row['estimate'], 2)}{words.interval(row, 1, 2)}{words.p_value(row)}"
    contrast = f"{row['group_name']}, {row['group_level']}" if row["group_level"] else row["group_name"]
    kind = MODELS.get(row["population"], (row["population"],) * 2)[words.language == "zh"]
    if words.language == "zh":
        return f"{row['analysis_id']}，{kind}：{contrast}，{name} {bracket}（{row['method']}）。"
    return f"{row['analysis_id']}, {kind}: {contrast}, {name} {bracket} ({row['method']})."
