"""published.yaml: every figure a study's paper prints, word for word, and where the pipeline has the same quantity."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from schemas.language import Translations, check_translations
from schemas.yaml_file import Part, check_told_apart

Printed = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int | float) else value)]
# result: of the study itself; design: decided before; cited: of other studies, for which no export is here.
Origin = Literal["result", "design", "cited"]
Count = Annotated[str, Field(pattern=r"^\d+ of \d+$", description="As 10 of 18")]


class Counted(NamedTuple):
    """So many of all that are counted."""

    n: int
    of: int


def count_of(text: str) -> Counted:
    """A count as published.yaml writes it: 10 of 18."""
    n, _, of = text.partition(" of ")
    return Counted(int(n), int(of))


Quantity = Literal["estimate", "p_value", "n", "events"]


class ResultRow(Part):
    """The keys of the row of results.analysis that holds the quantity; exactly one has to fit, whatever is not said here.

    Without a factor the row is that of all subjects.
    """

    analysis_id: str
    statistic: str
    fit: str | None = None
    analysis_set: str | None = None
    infusion: int | None = None
    measure: str | None = None
    term: str | None = None
    grade: int | None = None
    assay: str | None = None
    matrix: str | None = None
    quantity: str | None = None
    factor: str = ""
    level: str = ""
    time_months: float | None = None
    landmark_months: float | None = None


class PaperFigure(Part):
    """One printed figure.

    `says` is the figure as printed, its digits included. It is compared with `take` of the result row `where`, or with
    what the SQL file of its id gives, in the folder published/ beside this file. Neither: nothing here can tell.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    quote: str
    statistic: str
    endpoint: str = Field(default="", description="What is measured: OS, LFS, CIR, CR, CRS_ANY ...")
    says: Printed
    unit: str | None = None
    population: str
    count: Count | None = Field(default=None, description="Printed or implied")
    of: int | None = Field(
        default=None, description="Subjects counted, where the count of those with it is not printed"
    )
    interval: tuple[Printed, Printed] | None = None
    p_value: Printed | None = None
    at_months: float | None = None
    origin: Origin = "result"
    called: str | None = Field(default=None, description="What the paper calls the effect")
    groups: tuple[Count, Count] | None = Field(default=None, description="The counts a p value compares")
    part_of: str | None = Field(default=None, description="Figures of one name are the parts of a whole")
    defines: str | None = Field(default=None, description="The population this count is the size of")
    known_later: bool = Field(default=False, description="The covariate is known only after the origin")
    where: ResultRow | None = None
    take: Quantity = "estimate"
    inverse: bool = Field(default=False, description="The paper prints the effect the other way round: 1 / estimate")
    note: str | None = Field(
        default=None, description="Where the paper contradicts itself, or why nothing can be compared"
    )

    @model_validator(mode="after")
    def _says_why_not(self) -> PaperFigure:
        if self.origin == "cited" and self.where is not None:
            raise ValueError(f"{self.id}: expected no result of this study for a figure of another")
        return self


class Paper(Part):
    """The figures of one paper."""

    source: str
    figures: list[PaperFigure]
    translations: Translations = {}

    @model_validator(mode="after")
    def _told_apart(self) -> Paper:
        check_told_apart("figures", [figure.id for figure in self.figures])
        return self

    @model_validator(mode="after")
    def _translates_what_it_says(self) -> Paper:
        check_translations(self.translations, self.texts())
        return self

    def texts(self) -> list[str | None]:
        """Every text about the figures that readers see, apart from what the paper itself says."""
        named = ("population", "unit", "note", "part_of", "defines")
        return [self.source, *(getattr(figure, name) for figure in self.figures for name in named)]
