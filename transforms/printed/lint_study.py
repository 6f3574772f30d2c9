"""A study's own results, and the figures of its paper, through the linter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from schemas.protocol import Protocol
from schemas.published import Published
from schemas.tables.results import FINDING, KEY_COLUMNS
from transforms.analyses.response import PARTS
from transforms.printed.figure import Figure
from transforms.printed.figures_of_paper import printed_figures
from transforms.printed.lint import Finding, lint_figures

EFFECTS = {"cox": "hazard ratio", "logistic": "odds ratio", "fine-gray": "subdistribution hazard ratio"}
KINDS = {"survival": "km_probability", "cumulative_incidence": "cumulative_incidence"}
# Of other definitions and of other studies rates are the same, or are not the study's own.
OUTCOMES = ("survival", "competing")
DIGITS = 6


def lint_study(protocol: Protocol, analysis: pl.DataFrame, published: Published | None) -> pl.DataFrame:
    """Rows of results.finding. Of the study's own results errors alone: what a reader has to know stands with them."""
    own = [
        finding for finding in lint_figures(list(computed_figures(protocol, analysis))) if finding.severity == "error"
    ]
    printed = lint_figures(printed_figures(published)) if published else []
    rows = [*_rows("computed", own), *_rows("printed", printed)]
    findings = [{"study_id": protocol.study_id, **row} for row in rows]
    return pl.DataFrame(findings, schema=FINDING.polars_schema, orient="row").unique(maintain_order=True)


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
    model = protocol.models[row["analysis_id"]]
    wald = "Wald" in row["method"] and row["p_value"] is not None and "Wald" in row["p_method"]
    return Figure(
        **_common(row, 1),
        statistic=row["statistic"],
        effect=EFFECTS[model.kind] if model.kind != "fine-gray" else "",
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
        "method": row["method"] or "named in its row",
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
            "what": finding.what,
        }
