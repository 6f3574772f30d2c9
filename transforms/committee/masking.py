"""Results as the open report may tell them: groups under letters or not at all, and no comparison between groups.

Belongs here: what is told, and under which name. It works on keys, before anything is worded, so that no text is searched and replaced. The id of a result is
a hash of its keys: whoever guesses the name of a group could check it, so rows of masked groups have none. Their place in print follows the letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from schemas.protocol import Protocol

DOSE = ("infusion", "dose_1e5_per_kg")
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OUTCOMES: Final = ("response", "survival", "competing", "followup", "relapse", "death")
OVERALL: Final = (
    "proportion",
    "count",
    "n",
    "events",
    "median",
    "median_time",
    "min",
    "max",
    "unknown",
    "bound_low",
    "bound_high",
    "n_missing",
)
RATES: Final = ("survival", "cumulative_incidence", "competing_incidence")
# What the open report tells of all subjects together, by section.
OPEN: Final[Mapping[str, tuple[str, ...]]] = {
    "disposition": OVERALL,
    "baseline": OVERALL,
    "toxicity": OVERALL,
    "hematotoxicity": OVERALL,
    "stopping": (*OVERALL, "posterior", "crossed", "stops_at", "stops", "expected_n"),
    "interim": ("information", "interim_bound", "interim_bound_p", "error_spent", "interim_z"),
    **dict.fromkeys(OUTCOMES, (*OVERALL, *RATES)),
}
# What it tells of masked groups, where the protocol says so.
OF_GROUPS: Final = ("proportion", "n", "events", *RATES, "median_time")
GROUPED: Final = ("response", "survival", "competing")
# Reasons of an interim test that tell nothing of its result.
OF_LOOKS: Final = ("interim_looked", "interim_looked_first", "interim_not_due", "interim_day_to_come")
OF_DESIGN: Final = "^interim_(by|sides)_"
# A shorter name is too common a word to be looked for in a text.
SHORTEST = 3


@dataclass(frozen=True)
class Told:
    """Rows of results.analysis, results.reason and results.curve as a report tells them. pooled: masked factors told of all together only."""

    analysis: pl.DataFrame
    reasons: pl.DataFrame
    curve: pl.DataFrame
    pooled: tuple[str, ...] = ()


def masked_factors(protocol: Protocol) -> list[str]:
    """Factors whose groups are masked: those named, those of interim tests, and doses where a dose is sought."""
    of_tests = [test.groups.factor for test in protocol.interim.values() if test.groups is not None]
    doses = [name for name, factor in protocol.risk_factors.items() if DOSE in factor.sources]
    return list(dict.fromkeys([*protocol.committee.masked, *of_tests, *(doses if protocol.dose_finding else [])]))


def lettered(protocol: Protocol, orders: Mapping[str, list[str]]) -> dict[str, dict[str, str]]:
    """The letter of each level of each masked factor. orders: the levels of each, in an order that nobody can tell."""
    return {
        name: dict(zip(orders[name], LETTERS, strict=False)) for name in masked_factors(protocol) if orders.get(name)
    }


def names_to_hide(protocol: Protocol) -> set[str]:
    """The names of masked groups and of levels of dose, in every language, that can be looked for in a text.

    Without those that are too short, and those another factor has as well: a text may hold them for another reason.
    """
    masked = masked_factors(protocol)
    names = {level for name in masked for level in protocol.risk_factors[name].level_names}
    levels = protocol.dose_finding.levels.values() if protocol.dose_finding else ()
    names |= {level.label for level in levels}
    names |= {own[name] for own in protocol.translations.values() for name in names & set(own)}
    others = {
        level for name, factor in protocol.risk_factors.items() if name not in masked for level in factor.level_names
    }
    return {name for name in names - others if len(name) >= SHORTEST or not name.isascii()}


def open_results(
    protocol: Protocol,
    analysis: pl.DataFrame,
    reasons: pl.DataFrame,
    curve: pl.DataFrame,
    risks: pl.DataFrame,
    groups: Mapping[str, Mapping[str, str]],
) -> Told:
    """What the open report tells. risks: rows of adam.adrisk. groups: what each level of each masked factor is called there."""
    masked, outcomes = masked_factors(protocol), protocol.committee.outcomes
    shown = analysis.filter(_told_of_all(masked, outcomes), ~pl.col("analysis_set").is_in(_of_doses(protocol)))
    shown = _without_tests(shown)
    kept = [name for name in masked if outcomes == "masked" and _sizes_tell_nothing(protocol, name, risks)]
    grouped = list(_groups(analysis, kept, groups))
    whole = {
        name for name in dict.fromkeys(analysis["analysis_id"]) if outcomes != "none" or name not in protocol.endpoints
    }
    curves = curve.filter(factor="").filter(pl.col("analysis_id").is_in(list(whole & set(protocol.endpoints))))
    return Told(
        analysis=pl.concat([shown, *grouped]),
        reasons=_reasons(reasons, shown),
        curve=pl.concat([curves, *_curves(curve, kept, groups)]),
        pooled=tuple(name for name in masked if name not in kept),
    )


def _told_of_all(masked: Collection[str], outcomes: str) -> pl.Expr:
    """Rows of all subjects; of the baseline also of levels, and of interim tests what is known without the test."""
    sections = {name: told for name, told in OPEN.items() if outcomes != "none" or name not in OUTCOMES}
    section = pl.any_horizontal(
        (pl.col("section") == name) & pl.col("statistic").is_in(told) for name, told in sections.items()
    )
    baseline = (pl.col("section") == "baseline") & ~pl.col("factor").is_in(list(masked))
    return section & ((pl.col("factor") == "") | baseline | (pl.col("section") == "interim"))


def _of_doses(protocol: Protocol) -> list[str]:
    """Populations of a range of doses: who is in them tells who had which."""
    if protocol.dose_finding is None:
        return []
    return [
        name for name, one in protocol.populations.items() if one.dose_from is not None or one.dose_below is not None
    ]


def _without_tests(shown: pl.DataFrame) -> pl.DataFrame:
    """Interim tests without groups and results: only how much there is of what was planned."""
    of_test = pl.col("section") == "interim"
    result = of_test & (pl.col("statistic") == "interim_z")
    groups = {
        name: pl.when(of_test).then(pl.lit("")).otherwise(name).alias(name)
        for name in ("factor", "level", "reference_level")
    }
    hidden = {name: pl.when(~result).then(name).alias(name) for name in ("estimate", "ci_low", "ci_high", "p_value")}
    words = {name: pl.when(result).then(pl.lit("")).otherwise(name).alias(name) for name in ("method", "p_method")}
    return shown.with_columns(**groups, **hidden, **words, basis_id=pl.when(~of_test).then("basis_id"))


def _sizes_tell_nothing(protocol: Protocol, name: str, risks: pl.DataFrame) -> bool:
    """Whether groups are large and alike enough that their sizes do not tell which is which. Doses rise: their order would."""
    if protocol.dose_finding and DOSE in protocol.risk_factors[name].sources:
        return False
    counted = dict(risks.filter(risk_factor=name).group_by("level").len().iter_rows())
    sizes = [int(counted.get(level, 0)) for level in protocol.risk_factors[name].level_names]
    fewest, ratio = protocol.committee.fewest, protocol.committee.largest_ratio
    return min(sizes, default=0) >= fewest and max(sizes) <= ratio * min(sizes)


def _groups(
    analysis: pl.DataFrame, kept: Collection[str], groups: Mapping[str, Mapping[str, str]]
) -> Iterator[pl.DataFrame]:
    """Rows of masked groups under their letters, in the order of these."""
    for name in kept:
        rows = analysis.filter(
            pl.col("section").is_in(GROUPED), pl.col("statistic").is_in(OF_GROUPS), factor=name
        ).filter(pl.col("level") != "")
        renamed = rows.with_columns(
            level=pl.col("level").replace_strict(groups[name], default="", return_dtype=pl.String),
            result_id=pl.lit(None, pl.String),
            basis_id=pl.lit(None, pl.String),
        ).filter(pl.col("level") != "")
        ordered = renamed.sort("analysis_id", "level", "position")
        places = renamed.sort("analysis_id", "position")["position"]
        yield ordered.with_columns(position=places).select(analysis.columns)


def _curves(
    curve: pl.DataFrame, kept: Collection[str], groups: Mapping[str, Mapping[str, str]]
) -> Iterator[pl.DataFrame]:
    for name in kept:
        level = pl.col("level").replace_strict(groups[name], default="", return_dtype=pl.String)
        yield (
            curve.filter(factor=name)
            .with_columns(level=level)
            .filter(pl.col("level") != "")
            .sort("level", "time_months")
        )


def _reasons(reasons: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Reasons of rows of all subjects; of interim tests those that tell of looks and design alone."""
    told = reasons.join(shown.select("result_id", "section"), on="result_id", how="inner", maintain_order="left")
    of_test = pl.col("section") == "interim"
    harmless = pl.col("code").is_in(OF_LOOKS) | pl.col("code").str.contains(OF_DESIGN)
    return told.filter(~of_test | harmless).drop("section")
