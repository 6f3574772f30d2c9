"""The figures of a paper as the linter sees them."""

from __future__ import annotations

from schemas.paper import Paper, PaperFigure, count_of
from transforms.printed.figure import Figure


def printed_figures(paper: Paper) -> list[Figure]:
    """Every figure of the study itself; those of other studies are not its own."""
    return [as_figure(figure) for figure in paper.figures if figure.origin != "cited"]


def as_figure(figure: PaperFigure) -> Figure:
    """One figure of published.yaml."""
    count, of = count_of(figure.count) if figure.count else (None, figure.of)
    low, high = figure.interval or (None, None)
    return Figure(
        id=figure.id,
        statistic=figure.statistic,
        value=figure.says,
        endpoint=figure.endpoint,
        unit=figure.unit or "",
        population=figure.population,
        months=figure.at_months,
        low=low,
        high=high,
        p_value=figure.p_value,
        count=count,
        of=of if of is not None else figure.of,
        effect=figure.called or "",
        groups=tuple(count_of(text) for text in figure.groups or ()),
        defines=figure.defines or "",
        part_of=figure.part_of or "",
        later=figure.known_later,
        quote=figure.quote,
    )
