"""What a report shows where small counts are suppressed: counts that are rounded, and only what follows from them.

Belongs here: which statistics are shown at all, and how each is rounded. Which cells of a table go, and which others with them, is in
suppression.py; curves and the rates read from them are in rounded_curves.py.

The rule: after suppression every count is shown as the multiple of the smallest count that it has reached, 0 and all as they are. Shares and
their intervals are those of the counts shown. So two tables, or two nights, that are subtracted give no count below the smallest: each is
known to within the smallest count less one. What follows from single subjects (the least and greatest value), from small tables (exact tests, odds ratios), or
from the same subjects counted otherwise (other definitions, subgroups, states) is not shown. docs/disclosure.md says all of it for readers.
Sources: ACRO (Preen et al., SACRO 2023): threshold and degrees of freedom; tau-Argus: primary and secondary suppression; OpenSAFELY: rounding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from schemas.reasons import Reason
from transforms.reports.rounded_curves import Key, RoundedCurve, curve_rows, rounded_curves, rounded_down
from transforms.reports.suppression import HIDDEN, SUPPRESSED, suppress_reasons, suppress_small_counts
from transforms.statistics import Estimate, NotEstimable, proportion
from transforms.words.results import HAZARD_RATIOS

RATES: Final = ("survival", "cumulative_incidence", "competing_incidence")
COUNTS: Final = ("n", "events", "count", "n_missing", "unknown")
TESTS: Final = ("logrank", "gray")
# All that is shown, by section. Sections that are not here count the same subjects otherwise, or show single ones.
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "disposition": ("count",),
    "baseline": ("proportion", "median", "n_missing"),
    "response": ("proportion",),
    "toxicity": ("proportion", "count", "median"),
    "relapse": ("proportion",),
    "death": ("proportion",),
    "followup": ("median_time",),
    "survival": (*COUNTS, *RATES, "median_time", *TESTS, *HAZARD_RATIOS),
    "competing": (*COUNTS, *RATES, "median_time", *TESTS, *HAZARD_RATIOS),
    "model": HAZARD_RATIOS,
}
# Arguments of reasons that are numbers of the protocol, not of subjects.
OF_PROTOCOL: Final = ("least", "most", "coefficients")
DIGITS = 2
NOT_REACHED = "not_reached"
Row = dict[str, Any]


@dataclass(frozen=True)
class Protected:
    """Rows of results.analysis, results.reason and results.curve as they may be shown."""

    analysis: pl.DataFrame
    reasons: pl.DataFrame
    curve: pl.DataFrame


def protect(analysis: pl.DataFrame, reasons: pl.DataFrame, curve: pl.DataFrame, smallest: int) -> Protected:
    """The results of one study as they may be shown. smallest: no count below it is told, nor one that differs by less."""
    shown = pl.any_horizontal(
        (pl.col("section") == section) & pl.col("statistic").is_in(names) for section, names in SHOWN.items()
    )
    suppressed = suppress_small_counts(analysis, smallest)
    of_endpoints = analysis.filter(pl.col("section").is_in(["survival", "competing"])).select("analysis_id").unique()
    made = rounded_curves(curve.join(of_endpoints, on="analysis_id", how="semi"), smallest, _interval(analysis))
    of_groups = _groups_shown(suppressed, made)
    rows, said = [], {}
    for row in suppressed.filter(shown).iter_rows(named=True):
        protected = _protected(row, made, of_groups, smallest)
        if row["statistic"] in HAZARD_RATIOS and protected["status"] == SUPPRESSED:
            continue
        rows.append(protected)
        if row["statistic"] == "median_time" and row["result_id"]:
            said[row["result_id"]] = _why_no_median(row, made)
    kept = pl.DataFrame(rows, schema=suppressed.schema)
    told = _reasons(suppress_reasons(reasons, suppressed), kept, said, smallest)
    return Protected(kept, told, curve_rows(curve, made))


def _interval(analysis: pl.DataFrame) -> str:
    """The interval of rates that the protocol states, from the methods that ran."""
    methods = analysis.filter(pl.col("statistic").is_in(RATES), pl.col("method") != "")["method"]
    return str(methods[0]).rpartition("/")[2] if methods.len() else "log-log"


def _groups_shown(analysis: pl.DataFrame, made: Mapping[tuple[Key, str], RoundedCurve]) -> set[tuple[str, str]]:
    """Comparisons of an endpoint by a factor of which every level has a curve and no count is suppressed."""
    of_levels = analysis.filter(pl.col("section").is_in(["survival", "competing"]), pl.col("level") != "")
    counts = of_levels.filter(pl.col("statistic").is_in(["n", "events"]))
    whole = counts.group_by("analysis_id", "factor").agg(gone=(pl.col("status") == SUPPRESSED).any(), levels="level")
    drawn = {key for key, _ in made}
    return {
        (endpoint, factor)
        for endpoint, factor, gone, levels in whole.iter_rows()
        if not gone and all((endpoint, factor, level) in drawn for level in levels)
    }


def _protected(
    row: Row, made: Mapping[tuple[Key, str], RoundedCurve], of_groups: set[tuple[str, str]], smallest: int
) -> Row:
    """A row as it may be shown."""
    # What it rests on is told by counts of rows and of subjects.
    rounded = {**row, "basis_id": None, **{name: _rounded(row[name], smallest) for name in ("n", "events", "at_risk")}}
    statistic = row["statistic"]
    if statistic in RATES or (statistic == "median_time" and row["section"] != "followup"):
        return _read(rounded, made)
    if row["status"] != "estimated":
        return rounded
    if statistic in (*TESTS, *HAZARD_RATIOS):
        fit = row["section"] == "model" and _free(row, smallest)
        return _compared(rounded) if fit or (row["analysis_id"], row["factor"]) in of_groups else _gone(rounded)
    return _counted(row, rounded, smallest)


def _counted(row: Row, rounded: Row, smallest: int) -> Row:
    """A count, a share or a middle value, as it is and with rounded counts."""
    if row["statistic"] == "proportion":
        return _share(rounded)
    if row["statistic"] not in COUNTS:
        return _middle_value(rounded, smallest)
    # Suppression leaves those who are missing as they are.
    small = 0 < (row["estimate"] or 0) < smallest
    return _gone(rounded) if small else {**rounded, "estimate": _rounded(row["estimate"], smallest)}


def _rounded(count: float | None, smallest: int) -> int | None:
    return None if count is None else rounded_down(int(count), smallest)


def _gone(row: Row) -> Row:
    return {**row, "status": SUPPRESSED, **dict.fromkeys(("estimate", "ci_low", "ci_high", "p_value", "events"))}


def _share(row: Row) -> Row:
    """The share of the counts shown, with its interval by the same method where it had one."""
    if not row["n"]:
        return {**_gone(row), "n": None}
    if row["events"] is None:
        return _gone(row)
    stated: Any = row["method"] or "clopper-pearson"
    found = proportion(row["events"], row["n"], method=stated)
    if not isinstance(found, Estimate):
        return _gone(row)
    bounds = {"ci_low": found.low, "ci_high": found.high} if row["ci_low"] is not None else {}
    return {**row, "estimate": found.value, **bounds}


def _read(row: Row, made: Mapping[tuple[Key, str], RoundedCurve]) -> Row:
    """A rate or a median as the rounded curve has it."""
    found = _read_value(row, made)
    # Without a step the events so far are too few to be told, and are not none.
    if found is None or (isinstance(found, Estimate) and row["statistic"] in RATES and found.value in (0, 1)):
        return {**_gone(row), "at_risk": None}
    if isinstance(found, NotEstimable):
        return {**_gone(row), "status": "not estimable", "ci_low": found.low, "events": row["events"]}
    return {**row, "status": "estimated", "estimate": found.value, "ci_low": found.low, "ci_high": found.high}


def _read_value(row: Row, made: Mapping[tuple[Key, str], RoundedCurve]) -> Estimate | NotEstimable | None:
    key = (row["analysis_id"], row["factor"], row["level"])
    of_median = row["statistic"] == "median_time"
    curve = made.get((key, "survival" if of_median else row["statistic"]))
    if curve is None or (row["time_months"] is None and not of_median):
        return None
    return curve.median() if of_median else curve.at(row["time_months"])


def _why_no_median(row: Row, made: Mapping[tuple[Key, str], RoundedCurve]) -> Reason | None:
    found = _read_value(row, made) if row["section"] != "followup" else None
    return found.reason if isinstance(found, NotEstimable) and isinstance(found.reason, Reason) else None


def _coarse_p(value: float | None) -> float | None:
    """A p value with two decimals; of those below 0.01 it is only told whether they are below 0.001."""
    if value is None:
        return None
    return 0.0005 if value < 0.001 else max(0.01, round(value, DIGITS))


def _free(row: Row, smallest: int) -> bool:
    """Whether a model has events and subjects without one enough that it tells of no single subject."""
    n, events = row["n"] or 0, row["events"] or 0
    return bool(min(events, n - events) >= smallest)


def _compared(row: Row) -> Row:
    """A ratio with two digits, a test without its statistic, and a coarse p value."""
    estimate = row["estimate"] if row["statistic"] in HAZARD_RATIOS else None
    rounded = {"estimate": estimate, "ci_low": row["ci_low"], "ci_high": row["ci_high"]}
    return {
        **row,
        **{name: _two_digits(value) for name, value in rounded.items()},
        "p_value": _coarse_p(row["p_value"]),
    }


def _two_digits(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _middle_value(row: Row, smallest: int) -> Row:
    """A median of measured values: two digits, of enough subjects, without the method whose interval is not shown."""
    if (row["n"] or 0) < smallest:
        return _gone(row)
    return {**row, "estimate": _two_digits(row["estimate"]), "ci_low": None, "ci_high": None, "method": ""}


def _reasons(
    reasons: pl.DataFrame, rows: pl.DataFrame, medians: Mapping[str, Reason | None], smallest: int
) -> pl.DataFrame:
    """Reasons of the rows that are shown, without those that tell numbers of subjects."""
    of_shown = reasons.join(rows.select("result_id"), on="result_id", how="semi")
    kept = []
    for given in of_shown.iter_rows(named=True):
        arguments = _arguments(given["code"], json.loads(given["arguments"]), smallest)
        if arguments is not None and given["code"] != NOT_REACHED:
            kept.append({**given, "arguments": json.dumps(arguments, ensure_ascii=False, sort_keys=True)})
    study = {"study_id": reasons["study_id"][0]} if reasons.height else {"study_id": ""}
    said = [
        {**study, "result_id": result_id, "position": 0, "code": why.code, "arguments": why.arguments_text}
        for result_id, why in medians.items()
        if why is not None
    ]
    return pl.DataFrame([*said, *kept], schema=reasons.schema)


def _arguments(code: str, given: Mapping[str, Any], smallest: int) -> dict[str, Any] | None:
    """The arguments of a reason as they may be told; None where it can't be said without them."""
    words = {name: value for name, value in given.items() if not isinstance(value, int | float)}
    if code.endswith(HIDDEN):
        stated = {name: given[name] for name in OF_PROTOCOL if name in given}
        whole = {"of": rounded_down(int(given["of"]), smallest)} if "of" in given else {}
        return {name: value for name, value in words.items() if name != "span"} | stated | whole
    of_bound = code == "exact_at_bound"
    return dict(given) if of_bound or len(words) == len(given) else None
