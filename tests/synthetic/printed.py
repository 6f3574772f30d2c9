"""What a study's paper prints, by the id of its figure: the one place from which the generator has a number of the paper.

Everything stands in studies/<study>/published.yaml. A number that stands there is not typed into the generator again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from schemas.paper import Paper, PaperFigure
from schemas.protocol import Protocol
from schemas.yaml_file import load_yaml

FOLDER = Path(__file__).resolve().parents[2] / "studies"
# Months of a course, or the id of the figure that prints them.
Months = float | str


class UnknownFigureError(LookupError):
    """The generator asks for a figure that published.yaml does not have."""


class NotMetError(Exception):
    """The cohort is not the one the paper prints; the message names the figure, what is printed and what the cohort gives."""


@dataclass(frozen=True)
class Printed:
    """The figures of one paper."""

    study: str
    figures: Mapping[str, PaperFigure]

    def __getitem__(self, figure_id: str) -> PaperFigure:
        if figure_id not in self.figures:
            near = get_close_matches(figure_id, self.figures, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownFigureError(f"{self.study}/published.yaml has no figure {figure_id}{hint}")
        return self.figures[figure_id]

    def number(self, figure_id: str) -> float:
        """The number a figure prints, whole where it is printed without decimals: a file of a hospital has 10, not 10.0."""
        says = self[figure_id].says
        return float(says) if "." in says else int(says)

    def count(self, figure_id: str) -> int:
        """How many subjects a figure counts: 10 of `10 of 23`, or the number printed."""
        figure = self[figure_id]
        return int(figure.count.split(" of ")[0]) if figure.count else int(figure.says)

    def total(self, figure_id: str) -> int:
        """Of how many subjects a figure speaks: 23 of `10 of 23`."""
        figure = self[figure_id]
        if figure.count is None and figure.of is None:
            raise UnknownFigureError(f"{self.study}/published.yaml: {figure_id} does not say of how many")
        return int(figure.count.split(" of ")[1]) if figure.count else int(figure.of or 0)

    def first_day(self, figure_id: str) -> date:
        """The first day of a month that is printed as 2020-11."""
        return date.fromisoformat(f"{self[figure_id].says}-01")

    def months(self, time: Months) -> float:
        """The months of a course: its own, or those of the figure it names."""
        return self.number(time) if isinstance(time, str) else time

    def landmark(self, figure_id: str) -> float:
        """The months at which a figure gives a rate."""
        months = self[figure_id].at_months
        if months is None:
            raise UnknownFigureError(f"{self.study}/published.yaml: {figure_id} does not say at how many months")
        return months

    def check_size(self, figure_id: str, table: str, members: Sized) -> None:
        """A table of the generator has as many members as a figure counts. Raises NotMetError."""
        if len(members) != self.count(figure_id):
            raise NotMetError(
                f"{self.study}: {figure_id} is printed as {self.count(figure_id)}; {table} of the generator has {len(members)}"
            )


@cache
def load_printed(study: str, folder: Path = FOLDER) -> Printed:
    """The figures of a study's published.yaml."""
    paper = load_yaml(folder / study / "published.yaml", Paper)
    return Printed(study, {figure.id: figure for figure in paper.figures})


@cache
def load_protocol(study: str, folder: Path = FOLDER) -> Protocol:
    """A study's protocol, for what the sites and the analysis have in common: data cut, limits, methods."""
    return load_yaml(folder / study / "protocol.yaml", Protocol)
