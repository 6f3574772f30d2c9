"""A study's own results, and the figures of its paper, through the linter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.methods import Part, method_parts
from schemas.paper import Paper
from schemas.protocol import Protocol
from schemas.tables.results import FINDING, KEY_COLUMNS
from transforms.analyses.response import PARTS
from transforms.printed.figure import Figure
from transforms.printed.figures_of_paper import printed_figures
from transforms.printed.lint import Finding, lint_figures

EFFECTS = {"cox": "hazard_ratio", "logistic": "odds_ratio"}
KINDS = {"survival": "km_probability", "cumulative_incidence": "cumulative_incidence"}
# Of other definitions and of other studies rates are the same, or are not the study's own.
OUTCOMES = ("survival", "competing")
DIGITS = 6
COUNTED = "counted"
# What is found, beside its study and place.
FOUND = ("origin", "check_name", "severity", "figures", "code", "arguments")


def lint_study(protocol: Protocol, analysis: pl.DataFrame, paper: Paper | None) -> pl.DataFrame:
    """Rows of results.finding. Of the study's own results errors alone: what a reader has to know stands with them."""
    own = [
        finding for finding in lint_figures(list(computed_figures(protocol, analysis))) if finding.severity == "error"
    ]
    printed = lint_figures(printed_figures(paper)) if paper else []
    rows = [*_rows("computed", own), *_rows("printed", printed)]
    findings = pl.DataFrame(rows, schema={name: FINDING.polars_schema[name] for name in FOUND}, orient="row")
    return findings.unique(maintain_order=True).select(
        pl.lit(protocol.study_id).alias("study_id"), pl.int_range(1, pl.len() + 1).alias("position"), *FOUND
    )


def computed_figures(protocol: Protocol, analysis: pl.DataFrame) -> Iterator[Figure]:
    """Proportions, rates and ratios of results.analysis, to six digits."""
    for row in analysis.filter(status="estimated").sort("position").iter_rows(named=True):
        if row["estimate"] is None:
            continue
        if row["statistic"] == "proportion":
            yield _proportion(row)
        elif row["section"] in OUTCOMES and row["statistic"] in KINDS and not row["factor"]:
            yield _rate(row, protocol)
        elif row["statistic"] in ("hazard_ratio", "odds_ratio"):
            yield _ratio(row, protocol)


def _proportion(row: dict[str, Any]) -> Figure:
    # What subjects had at one assessment is one of these; MRD-negative remissions are some of the remissions.
    exclusive = row["section"] == "response" and row["analysis_set"] == "enrolled" and not row["factor"]
    parts = exclusive and row["measure"] in PARTS
    levels = row["section"] in ("baseline", "relapse") and row["level"]
    of = "" if parts else row["factor"] or row["measure"]
    whole = f"{row['analysis_id']} {of}".strip() if parts or levels else ""
    return Figure(
        **_common(row, 100), statistic="proportion", unit="%", count=row["events"], of=row["n"], part_of=whole
    )


def _rate(row: dict[str, Any], protocol: Protocol) -> Figure:
    endpoint = protocol.endpoints[row["analysis_id"]]
    # Two endpoints are of one another only where they count the same subjects from the same day, and transplant alike.
    same = f"{row['analysis_set']} from {endpoint.origin}, transplant {endpoint.transplant}, to {endpoint.censor_at}"
    common = {**_common(row, 100), "population": same}
    return Figure(
        **common, statistic=KINDS[row["statistic"]], endpoint=endpoint.kind.upper(), unit="%", months=row["time_months"]
    )


def _ratio(row: dict[str, Any], protocol: Protocol) -> Figure:
    # What is no model of the protocol compares groups: by Cox, or responses in a subgroup by logistic regression.
    others = "logistic" if row["statistic"] == "odds_ratio" else "cox"
    kind = protocol.models[row["analysis_id"]].kind if row["section"] == "model" else others
    _, parts = method_parts(row["method"])
    wald = Part("wald") in parts and row["p_value"] is not None and row["p_method"] == "wald-test"
    return Figure(
        **_common(row, 1),
        statistic=row["statistic"],
        effect=EFFECTS.get(kind, ""),
        p_value=f"{row['p_value']:.3f}" if wald else None,
    )


def _common(row: dict[str, Any], scale: float) -> dict[str, Any]:
    named = (row[name] for name in KEY_COLUMNS if name != "statistic")
    low, high = (None if row[bound] is None else _text(row[bound] * scale) for bound in ("ci_low", "ci_high"))
    return {
        "id": " / ".join(str(part) for part in named if part not in ("", None)),
        "value": _text(row["estimate"] * scale),
        "population": row["analysis_set"],
        "low": low,
        "high": high,
        "method": row["method"] or COUNTED,
    }


def _text(value: float) -> str:
    return f"{value:.{DIGITS}f}"


def _rows(origin: str, findings: list[Finding]) -> Iterator[dict[str, Any]]:
    for finding in findings:
        yield {
            "origin": origin,
            "check_name": finding.check,
            "severity": finding.severity,
            "figures": ", ".join(finding.figures),
            "code": finding.code,
            "arguments": json.dumps(finding.arguments, ensure_ascii=False, sort_keys=True),
        }
