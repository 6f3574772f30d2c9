"""The methods of a study's page: how its endpoints are defined, and a paragraph written from what was really run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from schemas.protocol.names import WITHIN
from transforms.reports.numbers import DASH
from transforms.reports.parts import Part, PrintedTable
from transforms.reports.queries import Queries
from transforms.words import Words
from transforms.words.results import HAZARD_RATIOS

# Of the parameters of adam.adtte: the endpoints the protocol states, not those that follow from other parts of it.
STATED = ~pl.col("paramcd").str.contains(WITHIN, literal=True)
# Of the ratios between groups, which stand among the rates of their endpoints.
RATIO = "ratio"
# Sections in the order in which a paper tells its methods.
SECTIONS = (
    *(
        "response",
        "toxicity",
        "paired",
        "followup",
        "survival",
        "competing",
        RATIO,
        "curves",
        "selection",
        "cut_point",
        "measured",
        "shares",
        "multi_state",
        "model",
        "kinetics",
        "fragility",
    ),
    *("benchmark", "fitted", "several_tests"),
)


def methods_paragraph(analysis: pl.DataFrame, words: Words) -> str:
    """A sentence per section that was computed, naming its estimators, intervals and tests; nothing that was not run."""
    sentences = [words("methods.basics")]
    for section in SECTIONS:
        of_groups = pl.col("statistic").is_in(HAZARD_RATIOS) & (pl.col("section") != "model")
        rows = analysis.filter(of_groups if section == RATIO else (pl.col("section") == section) & ~of_groups)
        tests = list(dict.fromkeys(_named(rows, "p_method", words)))
        methods = [method for method in dict.fromkeys(_named(rows, "method", words)) if method not in tests]
        for part, names in (("methods", methods), ("tests", tests)):
            key = f"methods.{section}.{part}"
            if names and words.has(key):
                sentences.append(words(key, names=words.listed(names)))
    return words("list.sentences").join(sentences)


def _named(rows: pl.DataFrame, column: str, words: Words) -> Iterator[str]:
    """Names of methods in print order, as a sentence names them."""
    named = rows.filter(pl.col(column) != "").sort("position")
    return (words.prose(str(name)) for name in named[column].unique(maintain_order=True))


def endpoints_part(tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words) -> Part:
    """Each endpoint as it is defined: population, day 0, events, competing events, transplant, censoring."""
    roles = tables["meta.endpoint_role"]
    origins = dict(tables["meta.origin"].select("origin", "label").iter_rows())
    populations = dict(tables["meta.population"].select("population", "label").iter_rows())
    printed = []
    for row in tables["meta.endpoint"].filter(STATED).iter_rows(named=True):
        of = roles.filter(pl.col("happening") != "transplant", paramcd=row["paramcd"])
        printed.append(
            [
                words.told(row["param"]),
                words.told(populations[row["population"]]),
                words.told(origins[row["origin"]]),
                _happenings(of, "event", words),
                _happenings(of, "competing", words),
                words(f"transplant.{row['transplant']}"),
                words(f"censor_at.{row['censor_at']}"),
            ]
        )
    columns = ("endpoint", "population", "origin", "events", "competing", "transplant", "censored")
    header = [words(f"definition.{column}") for column in columns]
    asked = [queries.printed("meta.endpoint", "paramcd"), queries.printed("meta.endpoint_role", "paramcd, happening")]
    return Part(words("definition.title"), PrintedTable(header, printed), queries=asked)


def estimands_part(tables: Mapping[str, pl.DataFrame], queries: Queries, words: Words) -> Part:
    """How each endpoint handles what may happen to a subject on the way to it; a dash where that can't come after day 0."""
    estimands = tables["meta.estimand"].sort("position")
    happenings = list(dict.fromkeys(estimands["intercurrent_event"]))
    labels = dict(tables["meta.endpoint"].filter(STATED).select("paramcd", "param").iter_rows())
    handled = dict(_handled(estimands, words))
    printed = [
        [words.told(label), *(handled.get((paramcd, happening), DASH) for happening in happenings)]
        for paramcd, label in labels.items()
    ]
    header = [words("definition.endpoint"), *(words.sentence(words(f"happening.{name}")) for name in happenings)]
    asked = [queries.printed("meta.estimand")]
    notes = [words("estimand.note"), words("estimand.dash", dash=DASH)]
    return Part(words("estimand.title"), PrintedTable(header, printed, notes), queries=asked)


def _handled(estimands: pl.DataFrame, words: Words) -> Iterator[tuple[tuple[str, str], str]]:
    for paramcd, happening, strategy in estimands.select("paramcd", "intercurrent_event", "strategy").iter_rows():
        yield (paramcd, happening), words(f"estimand.{strategy}")


def _happenings(roles: pl.DataFrame, role: str, words: Words) -> str:
    named = sorted(roles.filter(role=role)["happening"])
    return words.joined([words(f"happening.{happening}") for happening in named]) or DASH
