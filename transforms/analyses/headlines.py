"""Which rows of results are headlines, in the order the protocol states, and what each row is to the study."""

from __future__ import annotations

import polars as pl

from schemas.protocol import Protocol
from schemas.tables.results import ANALYSIS
from transforms.analyses.response import MRD_NEGATIVE, RESPONDERS
from transforms.analyses.toxicity import ANY_GRADE

RATES = ("survival", "cumulative_incidence")


def with_headlines(analysis: pl.DataFrame, protocol: Protocol) -> pl.DataFrame:
    """Rows of results.analysis with `purpose`, and `headline`, the place of a row among the headlines.

    Headlines are, of each outcome the protocol states, the figures of all its subjects: of an endpoint its rates and median, of
    response the responders among those the protocol says, of adverse events the severe ones of the term it lists first. Where it
    states none, every endpoint and response is one.
    """
    places = {name: n for n, name in enumerate(protocol.headlines)}
    place = pl.col("analysis_id").replace_strict(places, default=None, return_dtype=pl.Int64)
    purposes = {name: protocol.outcomes.purpose_of(name) or "" for name in analysis["analysis_id"].unique()}
    told = (
        analysis.filter(_is_headline(protocol)).with_columns(place=place).drop_nulls("place").sort("place", "position")
    )
    headlines = told.select("result_id", headline=pl.int_range(1, pl.len() + 1))
    return (
        analysis.drop("purpose", "headline")
        .join(headlines, on="result_id", how="left", maintain_order="left", validate="1:1")
        .with_columns(purpose=pl.col("analysis_id").replace_strict(purposes, return_dtype=pl.String))
        .select(ANALYSIS.polars_schema.keys())
    )


def _is_headline(protocol: Protocol) -> pl.Expr:
    statistic, section = pl.col("statistic"), pl.col("section")
    timed = section.is_in(["survival", "competing"]) & statistic.is_in([*RATES, "median_time"])
    denominators = {window.infusion: window.population for window in protocol.response}
    stated = pl.col("infusion").replace_strict(denominators, default=None, return_dtype=pl.String)
    response = (
        (section == "response")
        & (pl.col("analysis_set") == stated)
        & pl.col("measure").is_in([RESPONDERS, MRD_NEGATIVE])
    )
    first_term = protocol.toxicity[0].term if protocol.toxicity else ""
    severe = (section == "toxicity") & (pl.col("grade") > ANY_GRADE) & (pl.col("term") == first_term)
    return (timed | ((response | severe) & (statistic == "proportion"))) & (pl.col("factor") == "")
