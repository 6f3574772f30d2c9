"""The interactive page of a study, beside its printed report: curves to look into, and the open questions to sort.

It shows what the report shows, by the same parts, and never a subject. All it needs is in the one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from markupsafe import Markup

from transforms.figures.canvas import COLORS
from transforms.reports.explore_curves import ALL, CurveTables, endpoint_curves
from transforms.reports.libraries import content_policy, libraries
from transforms.reports.numbers import DASH
from transforms.reports.page_templates import TEMPLATES, environment
from transforms.reports.parts import Part, PrintedTable
from transforms.words import Words


@dataclass(frozen=True)
class Question:
    """Open questions of one site under one rule. subjects: how many they are about, as printed, and to sort by."""

    site: str
    rule: str
    sets_aside: str
    remedy: str
    questions: int
    subjects: str
    rank: int


@dataclass(frozen=True)
class Numbers:
    """A table of the report, shown where its endpoint and group are chosen."""

    endpoint: str
    group: str
    title: str
    table: PrintedTable


def render_explore(
    study: Mapping[str, Any],
    tables: CurveTables,
    outcomes: Sequence[Part],
    questions: Sequence[Question],
    provenance: Mapping[str, str],
    *,
    bands: bool,
    smallest: int | None,
) -> str:
    """The page as HTML. bands: whether curves of groups have theirs at first. Other arguments: as the report has them."""
    words, endpoints = tables.words, endpoint_curves(tables, outcomes)
    return (
        environment()
        .get_template("explore.html.j2")
        .render(
            say=words,
            told=words.told,
            study=study,
            smallest=smallest,
            endpoints=endpoints,
            kinds=_kinds(endpoints),
            numbers=list(_numbers(tables.analysis, outcomes)),
            questions=questions,
            provenance=provenance,
            bands=bands,
            scripts=[Markup(script) for script in _scripts()],  # noqa: S704 - ours and the libraries', nothing of a study
            policy=content_policy(_scripts()),
            data=_as_json(
                {
                    "endpoints": endpoints,
                    "colors": COLORS,
                    "bands": bands,
                    "words": _said(words),
                }
            ),
            used=[f"{one.name} {one.version} ({one.licence})" for one in libraries()],
        )
    )


def _said(words: Words) -> dict[str, str]:
    """What the script says, with places that it fills itself."""
    return {
        "at": words("explore.at", months="{months}"),
        "chosen": words("explore.chosen", endpoint="{endpoint}", group="{group}", interval="{interval}"),
        "of_curve": words("explore.of_curve", curve="{curve}", estimate="{estimate}", n="{n}"),
        "at_risk": words("figure.at_risk"),
        "months": words("figure.months"),
        "dash": DASH,
    }


def open_questions(
    queries: pl.DataFrame, remedies: Mapping[str, str], smallest: int | None, words: Words
) -> list[Question]:
    """Open questions by site and rule, those about most subjects first. queries: meta.site_query.

    A question about a whole row, column or file names no subject: how many it is about is unknown.
    """
    subject = pl.col("subject_id").replace("", None)
    grouped = (
        queries.filter(status="open")
        .group_by("site_id", "rule_id", "sets_aside", "remedy")
        .agg(questions=pl.len(), subjects=subject.drop_nulls().n_unique(), unnamed=subject.is_null().any())
        # A count that is not shown may not be told by its place either.
        .with_columns(rank=pl.when(pl.col("subjects") >= (smallest or 0)).then("subjects").otherwise(0))
        .sort("rank", "questions", "site_id", "rule_id", "remedy", descending=[True, True, False, False, False])
    )
    return [
        Question(
            row["site_id"],
            row["rule_id"],
            words(f"sets_aside.{row['sets_aside']}"),
            remedies.get(row["rule_id"]) or row["remedy"],
            row["questions"],
            _subjects(row, smallest, words),
            row["rank"],
        )
        for row in grouped.iter_rows(named=True)
    ]


def _subjects(row: Mapping[str, Any], smallest: int | None, words: Words) -> str:
    if _is_small(row["subjects"], smallest):
        return DASH
    if not row["unnamed"]:
        return str(row["subjects"])
    return words("explore.at_least", n=row["subjects"]) if row["subjects"] else words("unknown")


def _is_small(count: int, smallest: int | None) -> bool:
    return smallest is not None and 0 < count < smallest


def _numbers(analysis: pl.DataFrame, outcomes: Sequence[Part]) -> Sequence[Numbers]:
    """The tables of the report, each with its endpoint and the factor its comparison is of."""
    found = []
    for part in outcomes:
        rows = analysis.filter(pl.col("factor") != ALL, analysis_id=part.anchor).sort("position")
        factors = rows["factor"].unique(maintain_order=True).to_list()
        found.append(Numbers(part.anchor, ALL, part.title, part.table))
        found += [
            Numbers(part.anchor, factor, piece.title, piece.table)
            for factor, piece in zip(factors, part.parts, strict=True)
        ]
    return found


def _kinds(endpoints: Sequence[Mapping[str, Any]]) -> list[str]:
    """The kinds of interval there are, those of the protocol first."""
    own = [endpoint["kind"] for endpoint in endpoints]
    others = [kind for one in endpoints for group in one["groups"] for c in group["curves"] for kind in c["bounds"]]
    return list(dict.fromkeys([*own, *others]))


@cache
def _scripts() -> tuple[str, ...]:
    """The libraries, then what we say to them."""
    return (*(library.script for library in libraries()), (TEMPLATES / "explore.js").read_text("utf-8"))


def _as_json(content: object) -> Markup:
    """JSON that no text within can end the element of."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704 - no tag can begin in it
