"""The section on the study's paper: its figures beside the pipeline's own, and what the linter found in them."""

from __future__ import annotations

import json

import polars as pl

from schemas.paper import count_of
from transforms.printed.digits import NUMBER
from transforms.reports.parts import Part, PrintedTable, Row
from transforms.reports.queries import Queries
from transforms.words import Words, said_finding, said_reason


def paper_part(comparison: pl.DataFrame, figures: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Every figure of the paper under the sentence it stands in, beside the pipeline's own; of what can't be compared, why."""
    joined = comparison.join(
        figures.select("figure_id", "unit", "population", "quote"), on="figure_id", how="left", maintain_order="left"
    ).sort("position", pl.col("part") != "value", "part")
    printed: list[list[str]] = []
    quote = population = None
    for row in joined.iter_rows(named=True):
        if row["quote"] != quote:
            quote, population = row["quote"], None
            printed.append([words("paper.quote", quote=quote)])
        # Who is counted is told once for all figures of a sentence that count the same.
        counted = "" if row["population"] == population else words.told(row["population"])
        population = row["population"]
        printed.append(_paper_line(row, counted, words))
    columns = ("figure", "population", "printed", "computed", "equal", "remark")
    header = [words(f"paper.{column}") for column in columns]
    asked = queries.printed("results.paper_comparison", "position, part <> 'value', part")
    return Part(table=PrintedTable(header, printed), queries=[asked], aside=_verdicts(comparison, words))


def _paper_line(row: Row, population: str, words: Words) -> list[str]:
    whole = row["part"] == "value"
    part = row["figure_id"] if whole else f"{row['figure_id']} ({words('paper.' + row['part'])})"
    says = words.told(row["printed"])
    # A unit is told beside a number; beside words ("not reached", "2020-11") it makes no sense.
    if whole and row["unit"] and NUMBER.match(row["printed"]):
        says = _with_unit(row["printed"], row["unit"], words)
    verdict = words(f"paper.verdict.{str(row['equal']).lower()}")
    computed = words.told(row["computed"])
    if row["part"] == "count":
        says, computed = (words("n_of", **count_of(text)._asdict()) for text in (row["printed"], row["computed"]))
    return [part, population, says, computed, verdict, _remark(row, words)]


def _verdicts(comparison: pl.DataFrame, words: Words) -> str:
    """How many parts of figures are equal, differ, can't be compared."""
    equal, differ, none = (comparison["equal"].eq_missing(verdict).sum() for verdict in (True, False, None))
    return words("paper.verdicts", equal=equal, differ=differ, none=none)


def _with_unit(printed: str, unit: str, words: Words) -> str:
    """A number with its unit, as a journal sets it: `79%`, `20.8 months`, `r = 0.25`."""
    if unit == "r":
        return f"{unit} = {printed}"
    if unit == "%":
        return f"{printed}%"
    return words("paper.months", n=printed) if unit == "months" else f"{printed} {words.unit(unit)}"


def _remark(row: Row, words: Words) -> str:
    unusual = row["rounding"] in ("half-even", "truncate", "outward")
    parts = [
        words("paper.rounded", how=words(f"rounding.{row['rounding']}")) if unusual else "",
        said_reason(row["reason"], {}, words) if row["reason"] else "",
        words.told(row["note"]),
    ]
    return words.apart(part for part in parts if part)


def findings_part(findings: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """What the linter of figures found in the paper, errors first."""
    rows = findings.filter(origin="printed").sort(pl.col("severity") != "error", "check_name", "figures")
    printed = [
        [words(f"severity.{severity}"), figures, said_finding(code, json.loads(arguments), words)]
        for severity, figures, code, arguments in rows.select("severity", "figures", "code", "arguments").iter_rows()
    ]
    header = [words("findings.severity"), words("findings.figures"), words("findings.what")]
    asked = queries.printed("results.finding", "severity, check_name, figures", origin="printed")
    return Part(words("findings.title"), PrintedTable(header, printed), queries=[asked])
